"""Two packs on the same choices: what is ranked, what is left out, and what is said."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import FINGERPRINTS, SeenClips, clip_fingerprint
from engine.errors import InputError, PackError, TrainingError
from engine.library.library import Library
from engine.library.picks import Pick
from engine.music.vector import VECTOR_LENGTH
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.progress import silent
from engine.training.compare_packs import ChoicesRequest, PackComparison, compare_packs
from engine.training.data.extras import Extras
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.pairs import PairSet, save_pairs
from engine.training.seen_clips import clips_of
from engine.video.cache import store_analysis
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.current_packs import WHY, current_pack
from tests.stories.recommend.readable import stored
from tests.tiny_matching import N_SHOWN, N_VIDEO, tiny_clip
from tests.training.tiny_pairs import make_clip_pairs

N = 24


def pairs(n: int = N, n_sources: int = 8) -> PairSet:
    """Return n pairs of clips and tracks on a circle: a good pack ranks each one's own first."""
    angles = np.linspace(0, 1.5, n)
    clips = np.zeros((n, N_VIDEO), np.float32)
    # A pack copies these two, and the first two of the music, to the same two learned axes.
    clips[:, N_SHOWN - 1], clips[:, N_SHOWN] = np.cos(angles), np.sin(angles)
    music = np.zeros((n, VECTOR_LENGTH), np.float32)
    music[:, 0], music[:, 1] = np.cos(angles), np.sin(angles)
    sources = np.array([f"maker {number % n_sources}" for number in range(n)])
    return replace(
        make_clip_pairs(n),
        video_vectors=clips,
        music_vectors=music,
        uploaders=sources,
        sources=sources,
        genres=np.zeros(n, np.int64),
        music_blocks=(VECTOR_LENGTH,),
        video_version=VIDEO_FEATURES_VERSION,
        music_version=MUSIC_VERSION,
        extras=Extras(clip_ids=np.array([clip_id(number) for number in range(n)])),
    )


def clip_id(number: int) -> str:
    return clip_fingerprint(f"{number:040x}")


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    save_pairs(pairs(), tmp_path / "edits.npz")
    return tmp_path / "edits.npz"


def compared(first: Path, second: Path, edits: Path | None, picks: bool = False) -> PackComparison:
    return compare_packs(first, second, ChoicesRequest(edits, picks, FeatureOptions()), silent())


def test_a_pack_that_ranks_own_music_higher_is_better_and_the_other_way_round(edits: Path) -> None:
    good, blind = current_pack("good"), current_pack("blind", score=0.0, extra={"candidate": WHY})
    found = compared(blind, good, edits)
    assert found.verdict == "better"
    # The blind pack doesn't hear the music that is to be told apart.
    assert found.first.mean_rank == pytest.approx(0.5, abs=0.05)
    assert found.first.candidate == WHY
    assert found.second.mean_rank < 0.05
    gain = found.second.mean_rank - found.first.mean_rank
    assert found.difference.mean == pytest.approx(gain)
    assert found.difference.low <= found.difference.mean <= found.difference.high < 0
    assert (found.difference.n_clips, found.difference.n_sources, found.n_seen) == (N, 8, 0)
    assert found.notes == ()
    assert compared(good, blind, edits).verdict == "worse"
    again = compared(good, good, edits)
    assert (again.verdict, again.difference.mean) == ("unknown", 0.0)


def test_few_sources_say_nothing(tmp_path: Path) -> None:
    save_pairs(pairs(n_sources=1), tmp_path / "one.npz")
    good, blind = current_pack("good"), current_pack("blind", score=0.0)
    found = compared(blind, good, tmp_path / "one.npz")
    assert found.difference.mean < -0.4
    assert (found.verdict, found.difference.low, found.difference.high) == ("unknown", -1.0, 1.0)
    assert ["can't be told apart by so few choices" in note for note in found.notes] == [True]
    few = pairs(8, n_sources=8)
    save_pairs(few, tmp_path / "few.npz")
    found = compared(blind, good, tmp_path / "few.npz")
    assert ["take 10 or more, of several makers" in note for note in found.notes] == [True]
    assert found.difference.high < 0
    assert found.verdict == "unknown"


def test_clips_that_either_pack_has_seen_are_left_out(edits: Path) -> None:
    first = current_pack("first", seen=frozenset({clip_id(0), clip_id(5)}))
    # The second one knows a clip by its features alone.
    other = pairs().of_videos(np.arange(N) == 7)
    listed = clips_of(replace(other, extras=Extras()))
    assert not listed.fingerprints
    second = current_pack("second", files={FINGERPRINTS: listed.to_bytes()})
    found = compared(first, second, edits)
    assert (found.difference.n_clips, found.n_seen) == (N - 3, 3)
    # Clips 0, 5 and 7 are by makers 0, 5 and 7, of whom there are two others each.
    assert ["6 of the clips are by makers of whom a pack has" in n for n in found.notes] == [True]
    all_seen = current_pack("all", seen=clips_of(pairs()).fingerprints)
    with pytest.raises(InputError, match=r"no clip is left.*24 choices were left out"):
        compared(first, all_seen, edits)


def test_an_export_under_another_name_is_one_source_with_it(tmp_path: Path) -> None:
    twice = pairs()
    vectors = twice.video_vectors.copy()
    vectors[9] = vectors[8]
    save_pairs(replace(twice, video_vectors=vectors), tmp_path / "edits.npz")
    good = current_pack("good")
    found = compared(good, good, tmp_path / "edits.npz")
    assert found.difference.n_sources == 7
    assert ["a clip in common" in note for note in found.notes] == [True]


def test_a_pack_that_does_not_say_what_it_has_seen_is_named(edits: Path) -> None:
    in_part = SeenClips(frozenset(), is_complete=False).to_bytes()
    found = compared(
        current_pack("first"), current_pack("second", files={FINGERPRINTS: in_part}), edits
    )
    assert ["second doesn't say all clips" in note for note in found.notes] == [True]


def test_what_cannot_be_used_is_named(edits: Path, tmp_path: Path) -> None:
    first = current_pack("first")
    damaged = current_pack("damaged", files={FINGERPRINTS: b"[" * 999})
    with pytest.raises(PackError, match=r"damaged/fingerprints\.txt.*is damaged"):
        compared(first, damaged, edits)
    with pytest.raises(InputError, match=r"nothing to compare.*--edits SPEC, --picks"):
        compared(first, first, None)
    with pytest.raises(TrainingError, match=r"none\.npz"):
        compared(first, first, tmp_path / "none.npz")
    with pytest.raises(InputError, match="no clip is left"):
        compared(first, first, None, picks=True)


# Picks


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Library:
    """Five own tracks, the first of which a clip asks for most, and no bundled ones."""
    monkeypatch.setattr("engine.library.libraries.bundled_library_dir", lambda: tmp_path / "none")
    own = Library.open()
    folder = own.folders.add(tmp_path)
    for number, cosine in enumerate((0.9, 0.7, 0.5, 0.3, 0.1)):
        own.files.store(folder.id, stored(tmp_path / f"{number}.mp3", cosine, digest=f"t{number}"))
    # A copy of the worst one counts once.
    own.files.store(folder.id, stored(tmp_path / "copy.mp3", 0.1, digest="t4"))
    return own


def pick(library: Library, clip: str, tracks: Sequence[str], path: Path | None = None) -> None:
    for number, track in enumerate(tracks):
        library.picks.add(Pick(clip, track, track, (), f"2026-01-0{number + 1}", path))


def analysed(clip: str) -> None:
    features = tiny_clip([[0, 0, 0, 1]] * 8, version=VIDEO_FEATURES_VERSION)
    store_analysis(clip, (features, ()))


def test_picks_are_ranked_among_all_tracks(library: Library) -> None:
    for clip, tracks in (("one", ["t0"]), ("two", ["t1", "t4"]), ("three", ["t0", "gone"])):
        analysed(clip)
        pick(library, clip, tracks)
    good, blind = current_pack("good"), current_pack("blind", score=0.0)
    found = compared(blind, good, None, picks=True)
    # The first of five, twice; of the second clip's picks, one of three others is above t1, and
    # all three are above t4.
    assert found.second.mean_rank == pytest.approx((0 + 1 / 3 + 1 + 0) / 4)
    assert found.first.mean_rank == 0.5
    assert (found.difference.n_clips, found.difference.n_sources) == (4, 3)
    assert any("1 picked track isn't in the library any more" in note for note in found.notes)
    assert any("which favours that pack" in note for note in found.notes)


def test_nothing_is_stored_in_the_library(library: Library) -> None:
    analysed("one")
    pick(library, "one", ["t0"])
    good = current_pack("good")
    compared(good, good, None, picks=True)
    assert len(library.embeddings.missing(MatchingPack.load(good).space, MUSIC_VERSION)) == 6


def test_picks_for_clips_that_a_pack_has_seen_are_left_out(library: Library) -> None:
    for clip in ("a1", "b2"):
        analysed(clip)
        pick(library, clip, ["t0", "t1"])
    seen = frozenset({clip_fingerprint("a1")})
    found = compared(current_pack("first", seen=seen), current_pack("second"), None, picks=True)
    assert (found.difference.n_clips, found.n_seen) == (2, 2)


def test_clips_that_are_gone_or_have_changed_are_named(library: Library, tmp_path: Path) -> None:
    analysed("one")
    pick(library, "one", ["t0"])
    pick(library, "two", ["t0"], tmp_path / "gone.mp4")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    pick(library, "three", ["t0"], tmp_path / "broken.mp4")
    pick(library, "four" * 9, ["t0"])
    found = compared(current_pack("first"), current_pack("second"), None, picks=True)
    assert found.difference.n_clips == 1
    reasons = {path.name: reason for path, reason in found.skipped}
    assert set(reasons) == {"gone.mp4", "broken.mp4", "fourfour"}
    assert "isn't where it was" in reasons["gone.mp4"] == reasons["fourfour"]


def test_edits_and_picks_count_together(library: Library, edits: Path) -> None:
    analysed("one")
    pick(library, "one", ["t0"])
    found = compared(current_pack("first"), current_pack("second"), edits, picks=True)
    assert (found.difference.n_clips, found.difference.n_sources) == (N + 1, 9)
