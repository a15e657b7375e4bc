"""The ranking story with a pack whose vectors are readable."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.arrangement.clip_part import ClipPart
from engine.encoders.text import TextExpert
from engine.encoders.wants import WANTED_GENRES
from engine.errors import InputError
from engine.library.library import Library
from engine.library.picks import Pick
from engine.library.scan import FoundFile
from engine.progress import silent
from engine.ranking import hubs
from engine.ranking.query import Correction
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.library.stored_vectors import stored_vectors
from tests.stories.recommend.readable import (
    clip_of,
    features,
    readable_pack,
    stored,
    titles,
    use_text_expert,
)
from tests.tiny_matching import tiny_clip
from tests.video_infos import video_info


def bundle(tmp_path: Path, cosines: dict[str, float]) -> None:
    folder = tmp_path / "assets" / "library"
    made = Library.open(folder / "library.sqlite")
    (folder / "tracks").mkdir()
    for name, cosine in cosines.items():
        (folder / "tracks" / name).write_bytes(b"")
        made.files.store(None, stored(Path("tracks") / name, cosine))
    with closing(sqlite3.connect(made.database.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def test_the_best_match_comes_first_with_its_cosine(library: Library, clip: ClipAnalysis) -> None:
    ranked = recommend(clip, RankingOptions(), silent())
    assert titles(ranked) == ["b", "c", "a"]
    assert [item.score for item in ranked.items] == pytest.approx([0.9, 0.5, 0.1], abs=1e-4)
    assert [item.rank for item in ranked.items] == [1, 2, 3]
    assert ranked.pack_id == "readable"
    assert [note for note in ranked.notes if "bundled" in note]


def test_hubs_are_marked_down_for_stills_alone(
    library: Library, clip: ClipAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By half for the best match, nothing for the others.
    monkeypatch.setattr(
        hubs, "still_offsets", lambda _, parts: 0.5 * (np.vstack([*parts])[:, 26] > 0.15)
    )
    moving = clip_of(tiny_clip([[0, 0, 0, 1]] * 20, cuts_s=[4, 8], version=VIDEO_FEATURES_VERSION))
    assert titles(recommend(clip, RankingOptions(), silent())) == ["c", "b", "a"]
    assert titles(recommend(moving, RankingOptions(), silent())) == ["b", "c", "a"]


def test_hubs_among_the_other_clips_of_the_user_are_marked_down(
    library: Library, clip: ClipAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = clip_of(tiny_clip([[0, 0, 0, 1]] * 20, cuts_s=[4, 8], version=VIDEO_FEATURES_VERSION))
    plain = recommend(moving, RankingOptions(), silent())
    others = np.ones((30, 128), np.float32)
    monkeypatch.setattr(hubs, "own_clips", lambda _, ranked: others if ranked == "clip-hash" else 0)
    monkeypatch.setattr(
        hubs, "own_offsets", lambda _, parts, own: own[0, 0] * (np.vstack([*parts])[:, 26] > 0.15)
    )
    ranked = recommend(moving, RankingOptions(), silent())
    assert (titles(plain), titles(ranked)) == (["b", "c", "a"], ["c", "a", "b"])
    assert ranked.items[-1].score == pytest.approx(plain.items[0].score - 1)
    # Fits are learnt from scores without it.
    assert ranked.items[-1].fit == plain.items[0].fit


def test_the_tracks_were_embedded_from_their_stored_features(
    library: Library, clip: ClipAnalysis
) -> None:
    assert len(stored_vectors(library, readable_pack().space)[0]) == 0
    recommend(clip, RankingOptions(), silent())
    assert len(stored_vectors(library, readable_pack().space)[0]) == 3


def test_bundled_and_own_music_are_one_list(
    library: Library, clip: ClipAnalysis, tmp_path: Path
) -> None:
    bundle(tmp_path, {"x.opus": 0.7, "y.opus": 0.95})
    ranked = recommend(clip, RankingOptions(top=3), silent())
    assert titles(ranked) == ["y", "b", "x"]
    assert [item.track.file.origin for item in ranked.items] == ["bundled", "own", "bundled"]
    assert len(ranked.ranked) == 5
    assert ranked.notes == ()


def test_filters_and_length_hold(library: Library, clip: ClipAnalysis) -> None:
    assert titles(recommend(clip, RankingOptions({"genre": ("metal",)}), silent())) == ["c"]
    assert titles(recommend(clip, RankingOptions(without="no metal"), silent())) == ["b", "a"]
    with pytest.raises(InputError, match="All 3 tracks"):
        recommend(clip, RankingOptions(without="metal, jazz"), silent())
    with pytest.raises(InputError, match="no known instrument"):
        RankingOptions(without="metal, polka")
    best = recommend(clip, RankingOptions(top=1), silent())
    assert (titles(best), len(best.ranked)) == (["b"], 3)
    with pytest.raises(InputError, match="200-210"):
        recommend(clip, RankingOptions({"bpm": (200, 210)}), silent())
    with pytest.raises(InputError, match="The library has no genre “polka”"):
        recommend(clip, RankingOptions({"genre": ("polka",)}), silent())


def test_words_change_the_list_and_say_so(
    text: TextExpert, library: Library, clip: ClipAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_text_expert(monkeypatch, text)
    found = recommend(clip, RankingOptions(text="aggressive heavy metal"), silent())
    items = {item.track.title: item for item in found.items}
    # Jazz loses and metal gains; by the picture alone they have .9 and .5.
    assert items["b"].score < 0.8
    assert items["c"].score > 0.6
    assert items["c"].reasons[0].startswith("words ↔ metal")
    not_understood = "The words “zxq vrrt plmb” aren't understood."
    assert not_understood not in found.notes
    unknown = recommend(clip, RankingOptions(text="zxq vrrt plmb"), silent())
    assert titles(unknown) == ["b", "c", "a"]
    assert not_understood in unknown.notes


def test_a_correction_ranks_at_once_by_what_was_said(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    energetic = stored(music / "d.mp3", 0.3)
    profile = replace(energetic.profile, moods={"energetic": 3.0})
    library.files.store(library.folders.all()[0].id, replace(energetic, profile=profile))
    plain = recommend(clip, RankingOptions(), silent())
    assert titles(plain) == ["b", "c", "d", "a"]
    said = RankingOptions(correction=Correction(moods=("energetic",)))
    corrected = recommend(clip, said, silent())
    assert titles(corrected)[0] == "d"
    assert plain.clip.wants is not None and corrected.clip.wants is not None
    assert plain.clip.wants.estimate("energetic")[0] == 0
    assert corrected.clip.wants.estimate("energetic")[0] == 1


def test_what_is_seen_comes_with_the_list(library: Library, clip: ClipAnalysis) -> None:
    jazz = tiny_clip([[0, 1, 0, 1]] * 20, version=VIDEO_FEATURES_VERSION)
    ranked = recommend(replace(clip, features=jazz), RankingOptions(), silent())
    wants = ranked.clip.wants
    assert wants is not None
    assert [word for word, _ in wants.scenes] == ["office", "beach"]
    assert wants.estimate("jazz") == pytest.approx((0.75, 0.5))
    # The metal track gains nothing; jazz has its .75 more.
    assert [item.score for item in ranked.items] == pytest.approx([1.65, 0.85, 0.5], abs=1e-3)


def test_a_clip_of_one_colour_is_ranked_by_words_or_refused(
    text: TextExpert, library: Library, black: ClipAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_text_expert(monkeypatch, text)
    with pytest.raises(InputError, match=r"^There is nothing to see.*in words"):
        recommend(black, RankingOptions(), silent())
    with pytest.raises(InputError, match="nothing to see"):
        recommend(black, RankingOptions(text="zxq vrrt plmb"), silent())
    for options in (
        RankingOptions(text="aggressive heavy metal"),
        RankingOptions(correction=Correction(moods=("tense",))),
    ):
        ranked = recommend(black, options, silent())
        assert any(note.startswith("There is nothing to see in this clip") for note in ranked.notes)
    by_words = recommend(black, RankingOptions(text="aggressive heavy metal"), silent())
    assert titles(by_words)[0] == "c"


def test_genres_of_the_tracks_are_known_as_well_as_those_of_the_pack(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    lo_fi = stored(music / "d.mp3", 0.7)
    probabilities = tuple(float(genre == "lo-fi") for genre in WANTED_GENRES)
    profile = replace(lo_fi.profile, genre="lo-fi", genre_probabilities=probabilities)
    library.files.store(library.folders.all()[0].id, replace(lo_fi, profile=profile))
    (item,) = recommend(clip, RankingOptions({"genre": ("lofi",)}), silent()).items
    assert (item.track.title, item.track.genre) == ("d", "lo-fi")
    with pytest.raises(InputError, match=r"The genres are: jazz, metal, lo-fi\."):
        recommend(clip, RankingOptions({"genre": ("polka",)}), silent())


def test_offline_failed_and_vanished_tracks_are_not_ranked(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    library.files.store_failed(FoundFile(music / "d.mp3", 1, 1), "damaged")
    library.files.mark([library.tracks.all()[2].file], "offline")
    (music / "b.mp3").unlink()
    ranked = recommend(clip, RankingOptions(), silent())
    assert titles(ranked) == ["a"]
    assert any(note.startswith("1 track was left out") for note in ranked.notes)
    (music / "a.mp3").unlink()
    with pytest.raises(InputError, match="files or drives of all matching tracks"):
        recommend(clip, RankingOptions(), silent())


def test_copies_of_a_file_are_listed_once(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    library.files.store(library.folders.all()[0].id, stored(music / "e.mp3", 0.9, digest="b.mp3"))
    ranked = recommend(clip, RankingOptions(), silent())
    assert (titles(ranked), len(ranked.ranked)) == (["b", "c", "a"], 3)


def test_tracks_under_ten_seconds_are_listed_but_not_ranked(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    jingle = stored(music / "d.mp3", 0.95)
    short = replace(jingle, file=replace(jingle.file, duration_s=9.9))
    library.files.store(library.folders.all()[0].id, short)
    ranked = recommend(clip, RankingOptions(), silent())
    assert titles(ranked) == ["b", "c", "a"]
    assert "1 track isn't ranked because it is shorter than 10 s." in ranked.notes
    assert "d" in [track.title for track in library.tracks.all()]


def test_without_any_long_enough_track_it_says_why(clip: ClipAnalysis, music: Path) -> None:
    own = Library.open()
    jingle = stored(music / "d.mp3", 0.95)
    short = replace(jingle, file=replace(jingle.file, duration_s=2.0))
    own.files.store(own.folders.add(music).id, short)
    with pytest.raises(InputError, match=r"All of this music is shorter than 10 s"):
        recommend(clip, RankingOptions(), silent())


def test_taste_says_when_nothing_is_known_and_counts_when_there_are_picks(
    library: Library, clip: ClipAnalysis
) -> None:
    plain = recommend(clip, RankingOptions(), silent())
    untaught = recommend(clip, RankingOptions(taste=1.0), silent())
    assert titles(untaught) == titles(plain)
    assert any("haven't picked any tracks yet" in note for note in untaught.notes)
    metal = next(track for track in library.tracks.all() if track.genre == "metal")
    for number in range(95):
        library.picks.add(Pick.of(f"clip {number}", metal))
    taught = recommend(clip, RankingOptions(taste=1.0), silent())
    # u(metal) = (95 + 5 · ½) / 100 = .975, so metal gains .475 and jazz loses as much.
    assert titles(taught) == ["c", "b", "a"]
    assert [item.score for item in taught.items] == pytest.approx([0.975, 0.425, -0.375], abs=1e-3)
    assert "similar to your earlier picks" in taught.items[0].reasons


def test_without_any_music_it_says_how_to_add_some(clip: ClipAnalysis) -> None:
    with pytest.raises(InputError, match="library add"):
        recommend(clip, RankingOptions(), silent())


def test_the_start_lies_on_a_bar_and_leaves_room_for_the_clip(
    library: Library, clip: ClipAnalysis
) -> None:
    for item in recommend(clip, RankingOptions(), silent()).items:
        assert item.start_s % 2 == 0
        assert 0 <= item.start_s <= 40


def test_each_line_carries_its_arrangement(library: Library, clip: ClipAnalysis) -> None:
    for item in recommend(clip, RankingOptions(), silent()).items:
        assert item.arrangement.clip.path == clip.info.path
        (music,) = item.arrangement.items
        assert (music.track.path, music.track.content_hash) == (
            item.track.path,
            item.track.file.content_hash,
        )
        assert music.duration_s == clip.info.duration_s
        assert item.start_s == music.track_start_s


def test_the_part_between_in_and_out_counts_alone(library: Library) -> None:
    shown = [[0, 0, 0, 1]] * 8 + [[0, 0, 0, -1]] * 12
    clip = clip_of(tiny_clip(shown, version=VIDEO_FEATURES_VERSION))
    part = ClipPart(first_frame=200, end_frame=400)
    ranked = recommend(clip, RankingOptions(part=part), silent())
    assert titles(ranked) == ["a", "c", "b"]
    assert titles(recommend(clip, RankingOptions(part=ClipPart(0, 200)), silent()))[0] == "b"
    for item in ranked.items:
        (music,) = item.arrangement.items
        assert item.arrangement.part == part
        assert music.start_frame == 200
        assert music.duration_s == pytest.approx(8.0)
        assert item.arrangement.clip.duration_s == 20.0
    with pytest.raises(InputError, match="in point"):
        recommend(clip, RankingOptions(part=ClipPart(600, 700)), silent())


def test_a_track_that_can_not_cover_the_clip_is_left_out_and_named(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    # A sound of a twentieth of a second would have to repeat 100,000 times.
    blip = features(0.99, duration_s=0.05)
    file = replace(stored(music / "d.mp3", 0.99), features=blip.to_bytes())
    library.files.store(library.folders.all()[0].id, file)
    long = replace(clip, info=video_info(3600.0))
    ranked = recommend(long, RankingOptions(), silent())
    assert titles(ranked) == ["b", "c", "a"]
    assert [item.rank for item in ranked.items] == [1, 2, 3]
    assert "“d” was left out: this track is far too short for this clip." in ranked.notes
