from pathlib import Path

import pytest

from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.progress import silent
from engine.stories.candidates import filter_words
from engine.stories.ranking_options import RankingOptions
from engine.stories.words import rank_by_words
from tests.stories.recommend.readable import stored


def test_music_on_a_drive_that_is_away_is_left_out_without_asking_for_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music, own = tmp_path / "music", Library.open()
    folder = own.folders.add(music)
    for name in "ab":
        own.files.store(folder.id, stored(music / f"{name}.mp3", 0.5))
    asked: list[Path] = []
    is_file = Path.is_file

    def asking(path: Path) -> bool:
        asked.append(path)
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", asking)
    options = RankingOptions(text="sad piano", top=500)
    away = rank_by_words(options, silent())
    assert {item.track.file.origin for item in away.items} == {"bundled"}
    assert "2 tracks were left out because their folders or drives are missing." in away.notes
    assert asked and not [path for path in asked if music in path.parents]
    # The drive is back, with one of the files.
    music.mkdir()
    (music / "a.mp3").write_bytes(b"")
    back = rank_by_words(options, silent())
    assert [item.track.title for item in back.items if item.track.file.origin == "own"] == ["a"]
    assert not [note for note in back.notes if "left out" in note]


def test_words_to_filter_by_come_from_the_libraries_that_can_be_read(tmp_path: Path) -> None:
    own = Library.open()
    own.files.store(own.folders.add(tmp_path).id, stored(tmp_path / "a.mp3", 0.5, "polka"))
    assert "polka" in filter_words(Libraries())["genre"]
    with own.database.writing() as connection:
        connection.execute("UPDATE tracks SET profile = 'damaged'")
    libraries = Libraries()
    words = filter_words(libraries)
    assert "jazz" in words["genre"] and "polka" not in words["genre"]
    assert words["origin"] == ("bundled",)
    assert len(libraries.problems()) == 1
