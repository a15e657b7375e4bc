"""Every sentence can be translated, and the catalogue of all of them is current."""

import ast
import os
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from build_translations import CATALOGUE, as_text, collect, translated
from engine.__main__ import main
from engine.translation import tr, trn, use_catalogue, use_language
from tests.import_graph import ROOT
from tests.pseudo_language import PseudoLanguage, lengthened

SOURCES = [path for folder in ("engine", "desktop") for path in (ROOT / folder).rglob("*.py")]


@pytest.fixture
def pseudo_language() -> Iterator[None]:
    before = use_catalogue(PseudoLanguage())
    yield
    use_catalogue(before)


def test_the_catalogue_holds_every_sentence() -> None:
    assert CATALOGUE.read_text("utf-8") == as_text(collect()), (
        "run: python packaging/build_translations.py"
    )


def test_a_sentence_that_the_window_shows_names_more_than_a_command() -> None:
    # Whoever uses the window isn't sent to a terminal. The modules left out are for commands alone,
    # or name the command that a file was made with.
    commands = {"folders.py", "snapshots.py", "settings.py", "archive.py", "matching.py"}
    commands |= {"choose_pack.py", "known_packs.py"}
    sent = [
        message.id
        for message in collect()
        if re.search(r"soundbed [a-z]", str(message.id))
        and not re.search("command line|in the window", str(message.id))
        and any(
            path.startswith("engine/")
            and not path.startswith(("engine/cli/", "engine/training/"))
            and Path(path).name not in commands
            for path, _ in message.locations
        )
    ]
    assert sent == []


def test_the_catalogue_knows_genres_and_moods() -> None:
    catalogue = collect()
    assert {"hip-hop", "lo-fi", "calm", "energetic"} <= {message.id for message in catalogue}


def test_no_sentence_is_translated_when_its_module_is_loaded() -> None:
    # It would stay in the language of the start, and tests of other languages would miss it.
    early = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        for call in _calls_at_import(ast.parse(path.read_text("utf-8")))
    ]
    assert early == []


def test_sentences_are_literals() -> None:
    # Babel finds literals alone; a genre or mood by its own name is in the catalogue by itself.
    shown_by_name = {"genre", "mood", "name"}
    dynamic = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in ("tr", "trn"):
                for argument in node.args[: 1 if _called(node) == "tr" else 2]:
                    names = {n.id for n in ast.walk(argument) if isinstance(n, ast.Name)}
                    names |= {n.attr for n in ast.walk(argument) if isinstance(n, ast.Attribute)}
                    if not isinstance(argument, ast.Constant) and not names & shown_by_name:
                        dynamic.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert dynamic == []


@pytest.mark.parametrize(
    "message", ["Undo", "&Undo", "{n} of {total} tracks", "<b>{title}</b> by {artist}", "%(prog)s"]
)
def test_the_made_up_language_is_longer_and_keeps_fields(message: str) -> None:
    said = lengthened(message)
    assert len(said) >= len(message) + 1
    assert [field for _, field, _, _ in string.Formatter().parse(said) if field] == [
        field for _, field, _, _ in string.Formatter().parse(message) if field
    ]
    assert said.count("&") == message.count("&")


def test_every_sentence_of_the_catalogue_formats_in_the_made_up_language() -> None:
    for message in collect():
        for text in [message.id] if isinstance(message.id, str) else message.id:
            fields = {field for _, field, _, _ in string.Formatter().parse(text) if field}
            said = {field for _, field, _, _ in string.Formatter().parse(lengthened(text)) if field}
            assert said == fields, text


@pytest.mark.usefixtures("pseudo_language")
def test_the_command_line_speaks_another_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert tr("Cancelled.").startswith("Càñçélléd.")
    assert trn("{n} track", "{n} tracks", 2).format(n=2).startswith("2 ţràçkš")
    with pytest.raises(SystemExit):
        main(["recommend", "--help"])
    assert "ţràçk" in capsys.readouterr().out
    assert main(["export", "clip.mp4"]) == 2  # said by this process; a worker speaks its own
    assert "ţ" in capsys.readouterr().err


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _calls_at_import(tree: ast.Module) -> Iterator[ast.Call]:
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and _called(node) in ("tr", "trn"):
            yield node
        waiting += ast.iter_child_nodes(node)


@pytest.mark.parametrize("language", sorted(path.stem for path in CATALOGUE.parent.glob("*.po")))
def test_translations_keep_fields_and_are_compiled(language: str) -> None:
    source = CATALOGUE.with_name(f"{language}.po")
    for path, data in translated(source, collect()).items():
        assert path.read_bytes() == data, "run: python packaging/build_translations.py"
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    wrong = []
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else [str(each) for each in message.id]
        found = message.string
        forms = [found] if isinstance(found, str) else [str(each) for each in found or ()]
        for text in filter(None, forms):
            # A plural may leave out the number, as "one track" does; nothing else differs.
            names = {name for each in ids for name in _fields(each)}
            if not _fields(text) <= names or len(names - _fields(text)) > (len(ids) > 1):
                wrong.append(text)
            if ids[0].count("&") != text.count("&") and "&&" not in ids[0]:
                wrong.append(text)
    assert wrong == []


def test_german_leaves_a_space_before_an_ellipsis() -> None:
    # Where whole words are left out, as Duden has it; without one only part of a word is missing.
    with (CATALOGUE.parent / "de.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    german = []
    for message in catalogue:
        found = message.string
        german += [found] if isinstance(found, str) else [str(each) for each in found or ()]
    assert sum(text.endswith(" …") for text in german) > 30
    assert [text for text in german if re.search(r"\w…$", text)] == []


def test_a_language_is_chosen_for_this_and_for_started_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOUNDBED_LANGUAGE", "")
    before = use_catalogue(PseudoLanguage())
    try:
        use_language("de")
        assert tr("Cancel") == "Abbrechen"
        assert os.environ["SOUNDBED_LANGUAGE"] == "de"
        use_language("zh")
        assert trn("{n} video", "{n} videos", 1) == "{n} 个视频"
        use_language("en")
        assert tr("Cancel") == "Cancel"
    finally:
        use_catalogue(before)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
