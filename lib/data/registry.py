"""The registry: every file the course can download, where it lives and how it is recognized.

Each address was taken from the publisher; each sha256 was computed from a copy of the file.
`data/README.md` tells the same story in prose.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Entry:
    """One downloadable file.

    Attributes
    ----------
    name : str
        What `fetch` calls it.
    title : str
        What a reader calls it.
    urls : tuple of str
        The official address first, then at least one mirror.
    sha256 : str
        Of the file. For a corpus (`members` is set): of the list that ``sha256sum`` prints for
        its texts, so that a zip and an unpacked folder are recognized alike.
    size : int
        Bytes of the download.
    license : str
        In a few words; `data/README.md` says more.
    purpose : str
        What the course uses it for.
    path : str
        Where the file lies below a mirror folder, and below the cache.
    members : str or None
        For a corpus in a zip: the pattern its texts' names match.
    """

    name: str
    title: str
    urls: tuple[str, ...]
    sha256: str
    size: int
    license: str
    purpose: str
    path: str
    members: str | None = None

    def __post_init__(self) -> None:
        if len(self.urls) < 2:
            raise ValueError(f"urls must hold an official address and a mirror, not {self.urls!r}")
        if len(self.sha256) != 64:
            raise ValueError(f"sha256 must have 64 hexadecimal digits, not {self.sha256!r}")
        if PurePosixPath(self.path).is_absolute() or ".." in PurePosixPath(self.path).parts:
            raise ValueError(f"path must stay below the mirror folder, not {self.path!r}")


def _nltk(name: str, **facts: object) -> Entry:
    at = f"packages/corpora/{name}.zip"
    return Entry(
        name=name,
        urls=(
            f"https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/{at}",
            f"https://www.nltk.org/nltk_data/{at}",
            f"https://cdn.jsdelivr.net/gh/nltk/nltk_data@5db857e6f7df11eabb5e5665836db9ec8df07e28/{at}",
        ),
        path=f"nltk_data/corpora/{name}.zip",
        **facts,
    )


def _mnist(part: str, file: str, size: int, sha256: str) -> Entry:
    return Entry(
        name=f"mnist-{part}",
        title=f"MNIST handwritten digits, {part.replace('-', ' ')}",
        urls=(
            f"https://ossci-datasets.s3.amazonaws.com/mnist/{file}",
            f"https://storage.googleapis.com/cvdf-datasets/mnist/{file}",
        ),
        sha256=sha256,
        size=size,
        license="CC BY-SA 3.0 as often stated, not confirmed",
        purpose="digits to classify",
        path=f"mnist/{file}",
    )


def _github(repo: str, commit: str, at: str, **facts: object) -> Entry:
    return Entry(
        urls=(
            f"https://raw.githubusercontent.com/{repo}/{commit}/{at}",
            f"https://cdn.jsdelivr.net/gh/{repo}@{commit}/{at}",
        ),
        **facts,
    )


def _gpt2(part: str, file: str, openai_file: str, size: int, sha256: str) -> Entry:
    return Entry(
        name=f"gpt2-{part}",
        title=f"GPT-2's tokenizer, {part}",
        urls=(
            "https://huggingface.co/openai-community/gpt2/resolve/"
            f"607a30d783dfa663caf39e06633721c8d4cfcd7e/{file}",
            f"https://openaipublic.blob.core.windows.net/gpt-2/encodings/main/{openai_file}",
        ),
        sha256=sha256,
        size=size,
        license="MIT, modified (OpenAI)",
        purpose="real subword tokens",
        path=f"gpt2_bpe/{file}",
    )


_ALL = (
    _nltk(
        "gutenberg",
        title="Project Gutenberg selections (NLTK)",
        sha256="8df9529a378b8d354db93470e617f1f0d7eb83566c06ae011a9ad13f8d2e22ba",
        size=4_251_829,
        license="public domain in the USA",
        purpose="18 books: letter and word statistics",
        members=r"(?!\.).*\.txt",
    ),
    _nltk(
        "brown",
        title="Brown corpus (NLTK)",
        sha256="440a5dc18b8d4fbb0ba03169f26e839c8316cc98b4f66b7885b8dabdfe26cd88",
        size=3_314_357,
        license="non-commercial use, redistribution permitted",
        purpose="a million words of mixed American English",
        members=r"c[a-z]\d\d|cats\.txt",
    ),
    _mnist(
        "train-images",
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    _mnist(
        "train-labels",
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    _mnist(
        "test-images",
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    _mnist(
        "test-labels",
        "t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
    _github(
        "karpathy/char-rnn",
        "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e",
        "data/tinyshakespeare/input.txt",
        name="tinyshakespeare",
        title="Tiny Shakespeare",
        sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        size=1_115_394,
        license="public domain",
        purpose="a small text to train on",
        path="tinyshakespeare/input.txt",
    ),
    _github(
        "karpathy/makemore",
        "988aa59e4d8fefa526d06f3b453ad116258398d4",
        "names.txt",
        name="names",
        title="32,033 first names (makemore)",
        sha256="0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
        size=228_145,
        license="MIT",
        purpose="short words to model letter by letter",
        path="makemore/names.txt",
    ),
    _gpt2(
        "vocab",
        "vocab.json",
        "encoder.json",
        1_042_301,
        "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    ),
    _gpt2(
        "merges",
        "merges.txt",
        "vocab.bpe",
        456_318,
        "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    ),
    _github(
        "tmikolov/word2vec",
        "20c129af10659f7c50e86e3be406df663beff438",
        "questions-words.txt",
        name="questions-words",
        title="Word analogies (word2vec)",
        sha256="8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36",
        size=603_955,
        license="Apache-2.0",
        purpose="19,544 analogies with their answers",
        path="word_eval/questions-words.txt",
    ),
)

ENTRIES: dict[str, Entry] = {entry.name: entry for entry in _ALL}


def entry(name: str) -> Entry:
    """The registry's entry called `name`.

    Raises
    ------
    ValueError
        If there is none; the message lists the names there are.
    """
    if name not in ENTRIES:
        raise ValueError(f"name must be one of {', '.join(ENTRIES)}, not {name!r}")
    return ENTRIES[name]
