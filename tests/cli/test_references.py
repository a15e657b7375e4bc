"""`--like` and `--unlike`."""

import argparse
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.cli.references import add_reference_options, named_reference, with_references
from engine.errors import InputError
from engine.library.libraries import Libraries
from engine.media.tags import Tags
from engine.paths import cache_dir
from engine.progress import silent
from engine.ranking.references import Reference
from engine.stories.ranking_options import RankingOptions
from tests.tracks import make_track


@pytest.fixture
def tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [make_track(1, Path("/m/first-light.opus")), make_track(2)]
    monkeypatch.setattr(Libraries, "tracks", lambda _: iter(found))


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_reference_options(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize("text", ["Track 1", "track 1 ", "first-light", "FIRST-LIGHT"])
def test_a_track_is_named_by_title_or_file(tracks: None, text: str) -> None:
    assert named_reference(text, silent()) == Reference("Track 1", "hash1")


def test_an_unknown_name_is_an_error(tracks: None) -> None:
    with pytest.raises(InputError, match="“Track” is neither an audio file nor the title"):
        named_reference("Track", silent())


def test_a_title_may_be_longer_than_any_path(monkeypatch: pytest.MonkeyPatch) -> None:
    track = make_track(1, tags=Tags("T" * 300))
    monkeypatch.setattr(Libraries, "tracks", lambda _: iter([track]))
    assert named_reference("t" * 300, silent()).content_hash == "hash1"


def test_a_path_comes_before_a_title(
    tracks: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = tmp_path / "first-light"
    song.write_bytes(b"music")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "engine.stories.references.song_reference", lambda path, _: Reference("A song", "x", path)
    )
    assert named_reference("first-light", silent()) == Reference("A song", "x", song)


def test_several_are_wanted_and_unwanted(tracks: None) -> None:
    arguments = parsed("--like", "Track 2", "--unlike", "Track 1", "--like", "Track 1")
    options = with_references(RankingOptions(text="piano"), arguments, silent())
    assert [(each.title, each.is_wanted) for each in options.references] == [
        ("Track 2", True),
        ("Track 1", True),
        ("Track 1", False),
    ]
    assert options.text == "piano"
    assert with_references(RankingOptions(), parsed(), silent()) == RankingOptions()


def test_a_file_that_is_no_music_ends_the_command_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no music at all")
    # Before the clip is analysed.
    monkeypatch.setattr(
        "engine.stories.analyse.analyse_clip_isolated", lambda *_: pytest.fail("analysed")
    )
    assert main(["recommend", "clip.mp4", "--like", str(broken)]) == 2
    shown = capsys.readouterr().err
    assert "broken.mp3" in shown
    assert "can be opened" in shown
    assert not (cache_dir() / "references").exists()


def test_without_a_clip_there_is_nothing_to_compare_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["recommend", "--text", "sad piano", "--like", "Track 1"]) == 2
    assert "for a clip only" in capsys.readouterr().err
