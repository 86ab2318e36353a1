import pytest

from lib.data import Corpus
from lib.project import bench, bench_text, measuring
from lib.project.measuring import Row


@pytest.fixture
def short_text(monkeypatch):
    text = "The cat sat on the mat, Élise said. " * 30
    stand_in = Corpus("gutenberg", "shipped", False, lambda: (text, text.split()))
    monkeypatch.setattr(bench_text, "corpus", lambda name: stand_in)
    monkeypatch.setattr(measuring, "REPEATS", 1)


def test_a_benchmark_prints_its_table(short_text, capsys):
    names = ["ngrams", "normalize"]
    assert bench.main(names) == 0
    printed = capsys.readouterr().out
    assert printed.count(bench.HEADER) == len(names)
    for n in range(1, 7):
        assert f"letter {n}-grams" in printed
    assert "peak memory" in printed
    assert "(met)" not in printed  # the target is for the whole corpus
    assert "(MISSED)" not in printed


def test_wrong_counts_get_no_row(short_text, monkeypatch):
    right = bench_text.count_ngrams
    monkeypatch.setattr(
        bench_text, "count_ngrams", lambda tokens, n, size: right(tokens[1:], n, size)
    )
    with pytest.raises(AssertionError, match="the counts for n = 1 differ from NLTK's"):
        bench.main(["ngrams"])


def test_row():
    row = Row("this", 50.0, 2.0, "MB/s", "ratio at least 25", True, "so it is")
    assert str(row).split() == [
        "this", "50", "2", "MB/s", "25", "ratio", "at", "least", "25", "(met)", "so", "it", "is",
    ]  # fmt: skip
    assert "(MISSED)" in str(Row("this", 1.0, 2.0, "MB/s", "ratio at least 25", False))


def test_names(capsys):
    with pytest.raises(SystemExit):
        bench.main(["speed"])
    assert "got 'speed'" in capsys.readouterr().err
    with pytest.raises(ValueError, match="there is a benchmark 'ngrams' already"):
        measuring.benchmark("ngrams")(lambda: iter(()))
