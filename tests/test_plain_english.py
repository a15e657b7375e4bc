"""Names, comments, docstrings, sentences and documents avoid phrases that readers stumbled over.

The list is short on purpose: phrases that were replaced by the words of media applications, and
should not come back. A phrase that isn't listed may be just as odd.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.import_graph import ROOT

FOLDERS = ("engine", "desktop", "packaging", "tests", "assets")

# odd name, as a part of an identifier → plain name
ODD_NAMES = {
    "at_hand": "available",
    "books": "records",
    "go(es)?_on": "resume, continue",
    "take_known": "load_known",
    "heard": "analysed",
    "mended": "repaired",
}

# odd whole name → plain name
ODD_WHOLE_NAMES = {"held": "reserved, held_out", "weigh": "score, weight"}
# Notes are held there.
MUSICAL = ("packaging/composer/", "tests/packaging/test_composer", "tests/music/")

# odd phrase → plain phrase
ODD_PHRASES = {
    r"at hand": "available",
    r"look(s|ed|ing)? at": "analyse, show",
    r"a look": "an analysis",
    r"mended": "repaired, corrected",
    r"over before it has begun": "too short",
    r"what is left of the": "the remaining",
    r"go(es|ing)? on\b(?! (top|the))": "resumes, continues",
    r"is heard": "plays, is analysed",
    r"was heard": "was analysed",
    r"(is|are|was) asked of": "must be",
}

_NAMES = re.compile(rf"(?:^|_)(?:{'|'.join(ODD_NAMES)})(?:_|$)")
_PHRASES = re.compile(rf"\b(?:{'|'.join(ODD_PHRASES)})\b", re.IGNORECASE)


def odd_in_prose(text: str) -> list[str]:
    """Return the odd phrases in a text, also where a line break divides them."""
    return [match.group() for match in _PHRASES.finditer(" ".join(text.split()))]


def odd_in_code(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each odd name or phrase in Python code."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            whole = token.string.strip("_") in ODD_WHOLE_NAMES
            if whole or _NAMES.search(token.string):
                yield token.start[0], token.string
        elif token.type not in (tokenize.OP, tokenize.NUMBER):
            for phrase in odd_in_prose(token.string):
                yield token.start[0], phrase


def capitalised_after_path(source: str) -> Iterator[str]:
    """Yield the problems of errors that follow a path ("clip.mp4: …") but start upper-case."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        if not any(keyword.arg == "path" for keyword in call.keywords):
            continue
        for node in ast.walk(call.args[0]):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and text[:1].isupper():
                yield text


def _files(suffix: str) -> list[Path]:
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob(f"*{suffix}")]
    return sorted([*inside, *ROOT.glob(f"*{suffix}")])


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_code_and_sentences_are_plain() -> None:
    found = [
        f"{_place(path)}:{line}: {text}"
        for path in _files(".py")
        if path != Path(__file__)
        for line, text in odd_in_code(path.read_text(encoding="utf-8"))
        if not (text.strip("_") == "held" and _place(path).startswith(MUSICAL))
    ]
    assert found == []


def test_documents_are_plain() -> None:
    found = [
        f"{_place(path)}: {phrase}"
        for path in _files(".md")
        for phrase in odd_in_prose(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_problems_start_lower_case_after_a_path() -> None:
    found = [
        f"{_place(path)}: {text}"
        for path in _files(".py")
        for text in capitalised_after_path(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_capital_after_a_path_is_found() -> None:
    source = 'InputError(tr("{problem}"), path=out)'
    assert list(capitalised_after_path(source.format(problem="The file is empty."))) != []
    assert list(capitalised_after_path(source.format(problem="the file is empty."))) == []


@pytest.mark.parametrize(
    ("source", "odd"),
    [
        ("def _go_on(): pass", "_go_on"),
        ("at_hand = 1", "at_hand"),
        ("held = 1", "held"),
        ("# The music at hand.", "at hand"),
        ('"""Look at\n    a clip."""', "Look at"),
        ('tr("Ask for a mended pack.")', "mended"),
        ('f"It goes on where it was: {path}"', "goes on"),
    ],
)
def test_odd_words_are_found(source: str, odd: str) -> None:
    assert [text for _, text in odd_in_code(source)] == [odd]


@pytest.mark.parametrize(
    "source",
    ["held_out = 1", "weights = 1", "# Bookshelf, handy; hold out sources; it goes on top."],
)
def test_plain_words_pass(source: str) -> None:
    assert list(odd_in_code(source)) == []
