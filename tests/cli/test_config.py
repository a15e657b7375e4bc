"""`soundbed config`: what it shows, sets and refuses."""

from dataclasses import fields

import pytest

from engine.__main__ import main
from engine.paths import settings_file
from engine.settings import Settings, load_settings, save_settings

Capture = pytest.CaptureFixture[str]


def test_all_settings_are_listed_with_value_default_and_meaning(capsys: Capture) -> None:
    save_settings(Settings(n_threads=2))
    assert main(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Setting", "Value", "Default", "Meaning"]
    assert lines[1].split(maxsplit=3) == [
        "n_threads", "2", "0", "cores that analysis may use; 0 for all"
    ]  # fmt: skip
    assert len(lines) == 1 + len(fields(Settings))
    assert "…" not in "".join(lines), "a meaning is too long for its column"


def test_one_setting_is_shown_with_what_is_allowed(capsys: Capture) -> None:
    assert main(["config", "theme"]) == 0
    assert capsys.readouterr().out == (
        "theme is system (default system): colours of the window. Allowed: system, light, dark.\n"
    )
    assert not settings_file().exists()


def test_a_setting_is_set(capsys: Capture) -> None:
    assert main(["config", "music_gain_db", "-6.5"]) == 0
    assert capsys.readouterr().out.startswith("music_gain_db is -6.5 (default 0)")
    assert load_settings().music_gain_db == -6.5


def test_what_cannot_be_set_ends_with_2(capsys: Capture) -> None:
    assert main(["config", "n_threads", "many"]) == 2
    assert "Allowed: whole numbers from 0 to 1024." in capsys.readouterr().err
    assert main(["config", "nothing"]) == 2
    assert "The settings are: n_threads," in capsys.readouterr().err
    assert not settings_file().exists()


def test_a_wrong_value_in_the_file_is_named_once_by_every_command(capsys: Capture) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text('{"n_threads": "two", "theme": "dark"}')
    assert main(["library", "list"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert 'n_threads can\'t be "two"; the default 0 is used' in line
    assert "soundbed config n_threads VALUE" in line
    assert main(["config", "n_threads", "2"]) == 0
    capsys.readouterr()
    assert main(["config"]) == 0
    assert capsys.readouterr().err == ""
    assert load_settings() == Settings(n_threads=2, theme="dark")
