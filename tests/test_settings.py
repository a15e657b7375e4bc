import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.paths import settings_file
from engine.settings import (
    Settings,
    change_settings,
    find_setting,
    list_settings,
    load_settings,
    save_settings,
    set_setting,
)

# What the version before this one wrote.
EARLIER = """{
 "n_threads": 2,
 "last_folder": "/caf\\udce9",
 "music_gain_db": -6,
 "clip_gain_db": -12.5,
 "theme": "dark",
 "active_pack": "/packs/mine",
 "version": 1
}
"""


def write(text: str) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text)


def saved() -> dict[str, object]:
    values: dict[str, object] = json.loads(settings_file().read_text())
    return values


def test_settings_come_back_as_they_were() -> None:
    assert load_settings() == Settings()
    changed = Settings(n_threads=3, theme="dark", music_gain_db=-6.0, last_folder="/caf\udce9")
    save_settings(changed)
    assert load_settings() == changed


def test_those_of_the_earlier_version_open_unchanged() -> None:
    write(EARLIER)
    problems: list[str] = []
    expected = Settings(
        n_threads=2, last_folder="/caf\udce9", music_gain_db=-6, clip_gain_db=-12.5,
        theme="dark", active_pack="/packs/mine",
    )  # fmt: skip
    assert load_settings(problems.append) == expected
    save_settings(expected)
    assert saved() == {**asdict(Settings()), **json.loads(EARLIER), "earlier_packs": []}
    assert problems == []


@pytest.mark.parametrize("text", ["{", "[]", "", '{"version": "1"}', "[" * 10**5])
def test_a_file_that_cannot_be_read_is_renamed_and_the_defaults_are_used(text: str) -> None:
    write(text)
    problems: list[str] = []
    assert load_settings(problems.append) == Settings()
    assert len(problems) == 1
    assert settings_file().with_name("settings.json.bad").read_text() == text
    assert load_settings(problems.append) == Settings()
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", '"pink"'), ("theme", "1"), ("n_threads", "true"), ("n_threads", "-1"),
        ("n_threads", "2.5"), ("n_threads", "null"), ("music_gain_db", '"loud"'),
        ("clip_gain_db", "25"), ("clip_gain_db", "NaN"), ("clip_gain_db", "1e999"),
        ("last_folder", "[]"), ("active_pack", "{}"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_and_costs_only_itself(name: str, value: str) -> None:
    other = "theme" if name != "theme" else "n_threads"
    kept = {"theme": "light", "n_threads": 3}[other]
    text = f'{{"{name}": {value}, "{other}": {json.dumps(kept)}}}'
    write(text)
    problems: list[str] = []
    loaded = load_settings(problems.append)
    assert asdict(loaded) == {**asdict(Settings()), other: kept}
    (problem,) = problems
    assert f"{name} can't be" in problem
    assert "the default" in problem
    assert settings_file().read_text() == text
    assert not settings_file().with_name("settings.json.bad").exists()


def test_saving_something_else_keeps_wrong_and_unknown_values() -> None:
    write('{"n_threads": "two", "later": 1}')
    save_settings(Settings(theme="light"))
    assert (saved()["n_threads"], saved()["later"], saved()["theme"]) == ("two", 1, "light")
    set_setting("n_threads", "0")
    assert saved()["n_threads"] == 0


def test_what_changed_meanwhile_stays() -> None:
    before = load_settings()
    set_setting("n_threads", "1")
    save_settings(Settings(theme="dark"), before=before)
    assert load_settings() == Settings(n_threads=1, theme="dark")


def test_a_file_of_a_newer_version_is_refused_and_never_overwritten() -> None:
    text = '{"version": 2, "n_threads": 1}'
    write(text)
    problems: list[str] = []
    assert load_settings(problems.append) == Settings()
    assert "a newer Soundbed saved these settings (format 2)" in problems[0]
    assert str(settings_file()) in problems[0]
    with pytest.raises(InputError, match="newer Soundbed"):
        save_settings(Settings(theme="dark"))
    with pytest.raises(InputError, match="newer Soundbed"):
        set_setting("theme", "dark")
    assert settings_file().read_text() == text


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("n_threads", "4", 4), ("music_gain_db", "-6", -6.0), ("duck_speech", "false", False),
        ("theme", "dark", "dark"),
     ("last_folder", "/films", "/films"), ("last_folder", "", "")],
)  # fmt: skip
def test_a_setting_is_set_by_its_name(name: str, text: str, value: object) -> None:
    settings = set_setting(name, text)
    assert getattr(settings, name) == value
    assert load_settings() == settings


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("n_threads", "1025", "whole numbers from 0 to 1024"),
        ("n_threads", "two", "whole numbers from 0 to 1024"),
        ("music_gain_db", "nan", "numbers from -60 to 24"),
        ("duck_speech", "perhaps", "true, false"),
        ("theme", "pink", "system, light, dark"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(name: str, text: str, allowed: str) -> None:
    with pytest.raises(InputError, match=f"{name} can't be “{text}”. Allowed: {allowed}"):
        set_setting(name, text)
    assert not settings_file().exists()


def test_what_is_no_setting_or_not_set_here_is_refused() -> None:
    with pytest.raises(InputError, match="The settings are: n_threads, last_folder"):
        set_setting("colour", "red")
    with pytest.raises(InputError, match="active_pack can't be set with this command"):
        set_setting("active_pack", "/packs/mine")


def test_every_setting_describes_itself() -> None:
    rows = list_settings(Settings(theme="dark"))
    assert [row.name for row in rows] == list(asdict(Settings()))
    assert all(row.description for row in rows)
    theme = find_setting(Settings(theme="dark"), "theme")
    assert (theme.value, theme.default, theme.allowed) == ("dark", "system", "system, light, dark")


@pytest.mark.parametrize("wrong", [{"n_threads": True}, {"theme": "pink"}, {"music_gain_db": 25}])
def test_settings_are_checked_when_they_are_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)  # type: ignore[arg-type]  # that is what is tested


def test_a_file_that_cant_be_read_now_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    set_setting("theme", "dark")
    path = settings_file()

    def fail(*_: object) -> str:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_text", fail)
        warnings: list[str] = []
        assert load_settings(warnings.append) == Settings()
        assert "Input/output error" in warnings[0]
        with pytest.raises(InputError, match="Input/output error"):
            set_setting("theme", "light")
    assert load_settings().theme == "dark"
    assert list(path.parent.iterdir()) == [path]


def test_settings_that_are_set_at_once_are_all_kept() -> None:
    values = {"theme": "dark", "time_display": "frames", "loudness": "-16", "duck_speech": "false"}
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(set_setting, values, values.values()))
    saved = load_settings()
    assert (saved.theme, saved.time_display, saved.loudness) == ("dark", "frames", "-16")
    assert not saved.duck_speech


def test_a_change_is_made_of_what_is_saved_at_that_moment() -> None:
    def add(name: str) -> None:
        change_settings(
            lambda settings: replace(settings, earlier_packs=(name, *settings.earlier_packs))
        )

    names = [f"/packs/caf\udce9 {number}" for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, names))
    assert sorted(load_settings().earlier_packs) == names
    assert saved()["theme"] == "system"


def test_a_change_that_fails_changes_nothing() -> None:
    set_setting("theme", "dark")
    before = settings_file().read_bytes()

    def fail(_: Settings) -> Settings:
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        change_settings(fail)
    assert settings_file().read_bytes() == before
    # Too long a list of packs is a wrong value like any other.
    with pytest.raises(ValueError, match="earlier_packs"):
        Settings(earlier_packs=("a",) * 21)
