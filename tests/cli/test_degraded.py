"""Commands without a data folder, settings or a library that can be used."""

from pathlib import Path

import pytest

from engine.__main__ import main
from engine.library.library import Library
from engine.library.snapshots import Snapshots
from engine.paths import settings_file, user_library
from tests import unusable

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, list[str]]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


def test_the_bundled_music_is_ranked_without_the_own_library(capsys: Capture) -> None:
    Library.open()
    unusable.broken_inside(user_library())
    code, out, notes = run(capsys, "recommend", "--text", "sad piano", "--top", "3")
    assert code == 0
    assert out.startswith("“sad piano”: 3 tracks")
    assert len([note for note in notes if "Your own music is left out" in note]) == 1
    assert "soundbed library snapshots" in notes[0]


@pytest.mark.parametrize(
    "command", [["add", "/tmp"], ["rescan"], ["remove", "1"], ["install", "/tmp/a.zip"]]
)
def test_commands_that_write_refuse_in_one_sentence(capsys: Capture, command: list[str]) -> None:
    Library.open()
    unusable.of_a_newer_version(user_library())
    code, out, (sentence,) = run(capsys, "library", *command)
    assert (code, out) == (2, "")
    assert "newer Soundbed" in sentence and "Update Soundbed" in sentence


_COMMANDS = """
import sys
from engine.__main__ import main
for arguments in (["recommend", "--text", "sad piano", "--top", "2"], ["library", "add", "/tmp"],
                  ["config", "theme", "dark"]):
    print(main(arguments), flush=True)
    print("next", file=sys.stderr, flush=True)
"""


def test_in_a_home_that_cant_be_written_the_bundled_music_is_ranked(soundbed_home: Path) -> None:
    soundbed_home.chmod(0o555)
    try:
        ended = unusable.as_an_ordinary_user(["-c", _COMMANDS])
    finally:
        soundbed_home.chmod(0o755)
    ranked, adding, setting, _ = ended.stderr.split("next\n")
    assert "“sad piano”: 2 tracks" in ended.stdout
    assert [line for line in ended.stdout.splitlines() if line in ("0", "1", "2")] == [
        "0",
        "2",
        "2",
    ]
    assert ranked == ""
    assert adding.count("\n") == 1 and "Make its folder writable" in adding
    assert setting.count("\n") == 1 and "Make its folder writable" in setting


_OWN_COMMANDS = """
import sys
from engine.__main__ import main
for arguments in (["status", "--json"], ["restore", "latest", "--yes"], ["rescan"]):
    print(main(["library", *arguments]), flush=True)
    print("next", file=sys.stderr, flush=True)
"""


def test_a_library_that_cant_be_written_can_be_seen_and_not_restored(tmp_path: Path) -> None:
    library = Library.open()
    Snapshots(user_library()).take("daily")
    library.folders.add(tmp_path)
    for path in (user_library(), user_library().parent):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        ended = unusable.as_an_ordinary_user(["-c", _OWN_COMMANDS])
    finally:
        user_library().parent.chmod(0o755)
    seeing, restoring, scanning, _ = ended.stderr.split("next\n")
    codes = [line for line in ended.stdout.splitlines() if line in ("0", "1", "2")]
    assert codes == ["0", "2", "2"]
    assert f"Folders: 1 is lost ({tmp_path})" in ended.stdout
    assert "can't be used" not in ended.stdout
    assert seeing == ""
    assert restoring.count("\n") == 1 and "Make its folder writable" in restoring
    assert scanning.count("\n") == 1 and "its folder writable" in scanning


def test_doctor_says_what_to_do_about_all_of_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Asking torch takes seconds.
    monkeypatch.setattr("engine.stories.doctor._torch", lambda: "not asked")
    Library.open()
    unusable.half_of_it(user_library())
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text('{"theme": "pink"}')
    code, out, _ = run(capsys, "doctor")
    assert code == 2
    problems = out.split("Problems:\n")[1].splitlines()
    assert len(problems) == 2
    assert any("soundbed library snapshots" in each for each in problems)
    assert any("soundbed config theme" in each for each in problems)
