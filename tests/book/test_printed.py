"""The print edition: pages in reading order, with bookmarks, figures and words."""

from conftest import BOOK
from pypdf import PdfReader

from lib.project import book, printed


def test_the_reading_order_is_the_book():
    names = printed.reading_order()
    assert names[0] == "index" and len(set(names)) == len(names)
    assert all((BOOK / f"{name}.html").exists() for name in names)


def test_two_pages_become_one_pdf(browser, tmp_path, monkeypatch):
    monkeypatch.setattr(printed, "PDF", tmp_path / "print" / "book.pdf")
    monkeypatch.setattr(book, "HTML", BOOK)
    printed.write(["index", "chapters/06-neurons"], browser)
    pdf = PdfReader(printed.PDF)
    assert [item.title for item in pdf.outline] == ["One Word at a Time", "Neurons"]
    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert len(pdf.pages) > 10
    assert "Figure6.1" in text and "Quickquestions" in text
