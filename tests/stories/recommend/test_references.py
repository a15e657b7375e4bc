"""Music that the user wants more or less of, from the library and from disk."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import Cancelled, InputError, MediaNotFound, MediaUnreadable
from engine.library.library import Library
from engine.library.scan import content_hash
from engine.paths import cache_dir
from engine.progress import Progress, silent
from engine.ranking.affect_area import AffectArea
from engine.ranking.query import Correction
from engine.ranking.references import Reference
from engine.stories import references as story
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations, recommend
from engine.stories.references import song_reference
from tests.stories.recommend.readable import stored, titles

# By the picture alone it is "b", "c", "a".
LIKE_A = ["b", "a", "c"]


class Analyses:
    """Analyses that return the same features for every song, at once.

    Attributes:
        cosine: of the features.
        analysed: the songs.
        error: raised instead.
    """

    def __init__(self) -> None:
        self.cosine = 0.1
        self.analysed: list[Path] = []
        self.error: Exception | None = None

    def run(self, _function: object, song: Path, **_how: object) -> object:
        self.analysed.append(song)
        if self.error is not None:
            raise self.error
        return stored(song, self.cosine)


@pytest.fixture
def analyses(monkeypatch: pytest.MonkeyPatch) -> Analyses:
    found = Analyses()
    monkeypatch.setattr(story, "run_isolated", found.run)
    # The profile network isn't among the replaced assets.
    monkeypatch.setattr(story, "profile_of", lambda _features: stored(Path("/x.mp3"), 0.1).profile)
    return found


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "hit.mp3"
    path.write_bytes(b"the bytes of a song")
    return path


def like(name: str, *, is_wanted: bool = True) -> Reference:
    return Reference(name, f"{name}.mp3", is_wanted=is_wanted)


def ranked(clip: ClipAnalysis, *references: Reference) -> Recommendations:
    return recommend(clip, RankingOptions(references=references), silent())


def notes(found: Recommendations) -> tuple[str, ...]:
    return tuple(note for note in found.notes if "bundled" not in note)


def reasons(found: Recommendations) -> dict[str, tuple[str, ...]]:
    return {item.track.title: item.reasons for item in found.items}


def test_a_track_of_the_library_is_found_by_its_bytes(clip: ClipAnalysis, library: Library) -> None:
    assert titles(ranked(clip)) == ["b", "c", "a"]
    found = ranked(clip, like("a"))
    assert titles(found) == LIKE_A
    assert notes(found) == ()
    # It isn't like itself.
    assert not any("like a" in text for text in reasons(found)["a"])
    less = ranked(clip, like("b", is_wanted=False))
    assert titles(less).index("b") > 0


def test_being_like_other_music_is_a_reason(
    clip: ClipAnalysis, library: Library, music: Path
) -> None:
    library.files.store(library.folders.all()[0].id, stored(music / "d.mp3", 0.12))
    title = 50 * "very long "
    found = reasons(ranked(clip, Reference(title, "a.mp3")))
    assert [text for text in found["d"] if text.startswith("like very long")] != []
    assert all(len(text) < 60 for text in found["d"])
    assert not any(text.startswith("like") for text in (*found["c"], *found["a"]))
    less = reasons(ranked(clip, Reference("a", "a.mp3", is_wanted=False)))
    assert not any(text.startswith("like") for texts in less.values() for text in texts)


def test_a_filtered_track_is_still_a_reference(clip: ClipAnalysis, library: Library) -> None:
    options = RankingOptions(filters={"genre": ("jazz",)}, references=(like("c"),))
    found = recommend(clip, options, silent())
    assert sorted(titles(found)) == ["a", "b"]
    assert notes(found) == ()


def test_a_track_that_is_gone_is_a_note(clip: ClipAnalysis, library: Library) -> None:
    found = ranked(clip, like("nowhere"), like("c"))
    assert titles(found) == titles(ranked(clip, like("c")))
    assert notes(found) == (
        "“nowhere” isn't used as a reference: the track is no longer in the library.",
    )


def test_a_song_is_analysed_once(
    clip: ClipAnalysis, library: Library, song: Path, analyses: Analyses
) -> None:
    reference = song_reference(song, silent())
    assert reference == Reference("hit", content_hash(song), song)
    assert analyses.analysed == [song]
    found = ranked(clip, reference)
    assert titles(found) == LIKE_A
    assert any("like hit" in text for text in reasons(found)["a"])
    # A copy elsewhere has the same bytes, and the file itself is no longer needed.
    copy = song.with_name("copy.mp3")
    song.rename(copy)
    assert song_reference(copy, silent()).content_hash == reference.content_hash
    assert titles(ranked(clip, reference)) == titles(found)
    assert analyses.analysed == [song]


def test_a_song_of_the_library_is_not_analysed(
    library: Library, music: Path, analyses: Analyses
) -> None:
    path = music / "b.mp3"
    path.write_bytes(b"a song")
    digest = content_hash(path)
    library.files.store(library.folders.all()[0].id, stored(path, 0.9, digest=digest))
    assert song_reference(path, silent()) == Reference("b", digest)
    # Other bytes at its place are another song.
    path.write_bytes(b"changed")
    assert song_reference(path, silent()) == Reference("b", content_hash(path), path)
    assert analyses.analysed == [path]


@pytest.mark.parametrize("damage", [b"", b"not an archive", b"PK\x03\x04 cut"])
def test_a_damaged_cache_is_made_again(
    clip: ClipAnalysis, library: Library, song: Path, analyses: Analyses, damage: bytes
) -> None:
    reference = song_reference(song, silent())
    (entry,) = (cache_dir() / "references").iterdir()
    entry.write_bytes(damage)
    assert titles(ranked(clip, reference)) == LIKE_A
    assert len(analyses.analysed) == 2
    assert entry.stat().st_size > 1_000


def test_the_cache_keeps_the_songs_used_last(
    tmp_path: Path, analyses: Analyses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "_MAX_ENTRIES", 2)
    songs = [tmp_path / f"{n}.mp3" for n in range(4)]
    for path in songs:
        path.write_bytes(path.name.encode())
        song_reference(path, silent())
    assert len(list((cache_dir() / "references").iterdir())) == 2


def test_a_song_that_cannot_be_read_is_an_error_before_and_a_note_after(
    clip: ClipAnalysis, library: Library, song: Path, analyses: Analyses
) -> None:
    analyses.error = MediaUnreadable("this isn't music.", path=song)
    with pytest.raises(MediaUnreadable, match="this isn't music"):
        song_reference(song, silent())
    # Remembered with a clip, it costs nothing else.
    found = ranked(clip, Reference("hit", "some-hash", song))
    assert titles(found) == titles(ranked(clip))
    assert notes(found) == ("“hit” isn't used as a reference: this isn't music.",)
    with pytest.raises(MediaNotFound, match="no such file"):
        song_reference(song.with_name("gone.mp3"), silent())


def test_the_analysis_of_a_song_can_be_stopped(song: Path, analyses: Analyses) -> None:
    progress = Progress(lambda _step: None)
    progress.cancel()
    with pytest.raises(Cancelled):
        song_reference(song, progress)
    assert analyses.analysed == []


def test_a_black_clip_is_ranked_by_what_the_user_likes(
    black: ClipAnalysis, library: Library
) -> None:
    with pytest.raises(InputError, match="nothing to see"):
        ranked(black)
    assert titles(ranked(black, like("c")))[0] == "c"


def test_only_tracks_of_an_area_are_listed(
    clip: ClipAnalysis, library: Library, music: Path
) -> None:
    folder = library.folders.all()[0].id
    for name, affect in (("d", (0.5, 0.5)), ("e", (-0.5, 0.5))):
        track = stored(music / f"{name}.mp3", 0.3)
        profile = replace(track.profile, valence=affect[0], arousal=affect[1])
        library.files.store(folder, replace(track, profile=profile))
    area = AffectArea((0.2, 0.9), (0.2, 0.9))
    found = recommend(clip, RankingOptions(area=area), silent())
    assert titles(found) == ["d"]
    assert len(found.ranked) == 1
    assert found.clip.wants is not None
    # What the picture wants is known beside what the user wants.
    by_picture, whole = (
        found.clip.wants.estimate_by_picture("valence"),
        found.clip.wants.estimate("valence"),
    )
    assert by_picture[0] == pytest.approx(0, abs=1e-6)
    assert whole[0] > 0.3
    both = RankingOptions(area=area, correction=Correction(valence=-0.5))
    assert both.said == Correction(valence=-0.5)
    empty = AffectArea((-1.0, -0.9), (-1.0, -0.9))
    with pytest.raises(InputError, match="lies in this area"):
        recommend(clip, RankingOptions(area=empty), silent())
