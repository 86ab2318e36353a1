"""Open nbgrader's gradebook, or make a new one that a kill can't leave half-made.

SQLite by default, PostgreSQL by URL. Knows no assignment and no submission.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbgrader
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from sqlalchemy.engine import make_url

from lib.grading.files import sweep


class GradebookError(RuntimeError):
    """The gradebook can't be used; the text says why and what to do."""


def open_gradebook(db_url: str, course_id: str) -> Gradebook:
    """nbgrader's gradebook at an address, made if there is none.

    Parameters
    ----------
    db_url
        SQLAlchemy's form: ``sqlite:///PATH``, ``postgresql+psycopg2://USER@HOST/NAME``.
    course_id
        As in nbgrader's settings.

    Raises
    ------
    GradebookError
        If it can't be reached, is not a gradebook, or is of another version of nbgrader.
    """
    try:
        url = make_url(db_url)
    except sa.exc.ArgumentError:
        raise GradebookError(f"{db_url!r} is not the address of a database.") from None
    with in_words(db_url):
        if url.get_backend_name() == "sqlite" and url.database:
            _prepare_file(Path(url.database))
        else:
            _make_tables(db_url)
        _check_version(db_url)
        return Gradebook(db_url, course_id)


@contextlib.contextmanager
def in_words(db_url: str) -> Iterator[None]:
    """Turn a database's error into a :class:`GradebookError`."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise GradebookError(failure(error, db_url)) from error
    except ModuleNotFoundError as error:
        raise GradebookError(
            f"the driver {error.name} for {_shown(db_url)} is not installed. For the one that is, "
            "write postgresql+psycopg2://USER@HOST/NAME."
        ) from error


def failure(error: Exception, db_url: str) -> str:
    """A database's error in words, without its password."""
    cause = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    return (
        f"the gradebook {_shown(db_url)} can't be used: {cause}. What was graded is in the "
        "journal; set this right, then give the same command again."
    )


def _prepare_file(path: Path) -> None:
    """See that ``path`` is an SQLite gradebook. A new one appears whole or not at all."""
    if path.exists() and path.stat().st_size:
        try:
            with path.open("rb") as file:
                start = file.read(16)
        except OSError as error:
            raise GradebookError(f"the gradebook {path} can't be read: {error.strerror}.") from None
        if start != b"SQLite format 3\0":
            raise GradebookError(
                f"{path} is not a gradebook (not an SQLite file). Put it aside: the desk then "
                "writes a new one from its journal."
            )
        return
    if not path.parent.is_dir():
        raise GradebookError(f"there is no folder {path.parent} for the gradebook.")
    sweep(path.parent)
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", suffix=".db", dir=path.parent)
    os.close(descriptor)
    try:
        _make_tables(f"sqlite:///{temporary}")
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _make_tables(db_url: str) -> None:
    """nbgrader's tables in one transaction, where there are none."""
    engine = sa.create_engine(db_url)
    try:
        with engine.begin() as connection:
            if sa.inspect(connection).get_table_names():
                return
            Base.metadata.create_all(connection)
            connection.execute(
                sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            insert = sa.text("INSERT INTO alembic_version (version_num) VALUES (:newest)")
            connection.execute(insert, {"newest": _newest()})
    finally:
        engine.dispose()


def _check_version(db_url: str) -> None:
    engine = sa.create_engine(db_url)
    try:
        with engine.connect() as connection:
            query = sa.text("SELECT version_num FROM alembic_version")
            version: Any = connection.execute(query).scalar()
    finally:
        engine.dispose()
    if version != _newest():
        raise GradebookError(
            f"the gradebook {_shown(db_url)} is of another version of nbgrader ({version}, not "
            f"{_newest()}). Make a copy of it, then run `nbgrader db upgrade`."
        )


def _newest() -> str:
    return ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic")).get_current_head() or ""


def _shown(db_url: str) -> str:
    return make_url(db_url).render_as_string(hide_password=True)
