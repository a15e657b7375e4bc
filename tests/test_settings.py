import json

import pytest

from engine.paths import settings_file
from engine.settings import Settings, load_settings, save_settings


def test_settings_come_back_as_they_were() -> None:
    assert load_settings() == Settings()
    changed = Settings(n_threads=3, theme="dark", music_gain_db=-6.0, last_folder="/caf\udce9")
    save_settings(changed)
    assert load_settings() == changed


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"theme": "pink"}', '{"n_threads": true}', '{"version": 99}', '{"theme": 1}'],
)
def test_a_bad_file_is_kept_beside_and_the_defaults_are_used(text: str) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(text)
    warnings: list[str] = []
    assert load_settings(warnings.append) == Settings()
    assert len(warnings) == 1
    assert settings_file().with_name("settings.json.bad").read_text() == text
    assert load_settings(warnings.append) == Settings()
    assert len(warnings) == 1


def test_an_unknown_field_costs_nothing() -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(json.dumps({"theme": "light", "later": 1}))
    assert load_settings().theme == "light"
