"""The table of export formats: what the command line and the window rely on."""

import pickle

import pytest

from engine.export.export_format import ExportFormat, as_asked
from engine.export.formats import FORMATS

each_format = pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)


def test_names_and_shortcuts_are_unique() -> None:
    names = [kind.name for kind in FORMATS]
    shortcuts = [kind.shortcut for kind in FORMATS if kind.shortcut]
    assert len(set(names)) == len(names)
    assert len(set(shortcuts)) == len(shortcuts)


@each_format
def test_names_are_words_of_an_option(kind: ExportFormat) -> None:
    assert all(word.isascii() and word.isalnum() for word in kind.name.split("-"))
    assert kind.name == kind.name.lower()


@each_format
def test_suffixes_have_their_dots(kind: ExportFormat) -> None:
    assert kind.suffixes
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in kind.suffixes)


@each_format
def test_every_format_has_its_texts(kind: ExportFormat) -> None:
    texts = kind.texts()
    assert all((texts.title, texts.task, texts.files, texts.help))
    assert bool(texts.advice) == (kind.text is not None)


@each_format
def test_another_process_finds_the_writer(kind: ExportFormat) -> None:
    assert pickle.loads(pickle.dumps(kind.write)) is kind.write


@each_format
def test_another_process_finds_the_plan(kind: ExportFormat) -> None:
    assert pickle.loads(pickle.dumps(kind.plan)) is kind.plan


def test_only_videos_and_timelines_are_planned() -> None:
    planned = [kind.name for kind in FORMATS if kind.plan is not as_asked]
    assert planned == ["video", "fcp7", "fcpxml", "otio"]
