"""The user's clips as reference for hubs, with a pack whose queries can be worked out by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.score_weights import HUB, N_EMBEDDING, SCALE, STILL
from engine.encoders.wants import AXES, N_AXES
from engine.paths import cache_dir
from engine.ranking.hubs import offsets_for
from engine.ranking.own_clips import ENOUGH, own_clips, own_offsets
from engine.ranking.query import make_query
from engine.video import cache
from engine.video.cache import store_analysis
from engine.video.clip_features import VideoFeatures
from tests.tiny_matching import SCORE, TinyPack, tiny_clip

# What clips ask for of hip-hop, jazz and classical: one of them or two.
ASKED = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1))
ANGLES = np.linspace(0.1, 3.0, 6)

Float32Array = npt.NDArray[np.float32]


def clip(asked: Sequence[float], angle: float = 1.0) -> VideoFeatures:
    """A clip with cuts; the angle is its place on the learned axes."""
    direction = np.asarray(asked) / np.linalg.norm(asked)
    samples = np.array([[*direction, np.cos(angle)]] * 10)
    samples[::2, 0] += np.sin(angle)
    samples[1::2, 0] -= np.sin(angle)
    return tiny_clip(samples, cuts_s=[4, 8])


def analyse(name: str, features: VideoFeatures) -> None:
    store_analysis(name, (features, ()))


@pytest.fixture
def pack() -> MatchingPack:
    """Its reference clips ask for reggae."""
    bank = np.zeros((10, N_EMBEDDING))
    bank[:, AXES.index("reggae")] = np.linspace(1, 2, 10)
    score = {**SCORE, "hub_share": 1.0, "n_closest": 10}
    return TinyPack(bank=bank, extra={"score": score}).load()


@pytest.fixture
def tracks(pack: MatchingPack) -> Float32Array:
    """The first has a little more of everything than the others have of what they are for."""
    axes = np.zeros((7, N_AXES), np.float32)
    axes[0, :3] = 1.0
    axes[1:, :3] = 0.9 * np.array(ASKED)
    nothing = np.zeros(96, np.float32)
    return np.stack([pack.weights.track(each, nothing, pack.bank) for each in axes])


@pytest.fixture
def analysed() -> None:
    for number, asked in enumerate(ASKED):
        for place, angle in enumerate(ANGLES):
            analyse(f"clip{number}{place}", clip(asked, angle))


def firsts(pack: MatchingPack, tracks: Float32Array) -> list[int]:
    """The first track for a new clip of each kind."""
    found = []
    for asked in ASKED:
        query = make_query(pack, pack.read_clip(clip(asked)))
        scores = query.scores(tracks) - offsets_for(query, pack, [tracks], "new")
        found.append(int(scores.argmax()))
    return found


def test_own_clips_remove_a_hub_that_the_pack_leaves(
    pack: MatchingPack, tracks: Float32Array, request: pytest.FixtureRequest
) -> None:
    assert not tracks[:, HUB].any()
    assert firsts(pack, tracks) == [0] * 6
    request.getfixturevalue("analysed")
    assert len(own_clips(pack, "new")) == 36
    assert firsts(pack, tracks) == [1, 2, 3, 4, 5, 6]


def test_a_track_is_marked_down_by_its_usual_score(
    pack: MatchingPack, tracks: Float32Array, analysed: None
) -> None:
    clips = own_clips(pack, "new")
    # All 36, as the pack takes its 10 of 10; they count as 16 of 36.
    usual = (clips[:, :N_AXES] @ tracks[:, :N_AXES].T).mean(axis=0) / SCALE
    found = own_offsets(pack, [tracks], clips)
    assert found == pytest.approx((1 - 20 / 36) * usual, abs=1e-5)
    # What the pack's own clips took away is replaced by as much, not added to.
    corrected = tracks.copy()
    corrected[:, HUB] = 0.5 * SCALE
    less = own_offsets(pack, [corrected], clips)
    assert less == pytest.approx(found - (1 - 20 / 36) * 0.5, abs=1e-5)


def test_few_clips_change_nothing_and_one_more_little(
    pack: MatchingPack, tracks: Float32Array, analysed: None
) -> None:
    clips = own_clips(pack, "new")
    assert not own_offsets(pack, [tracks], clips[:ENOUGH]).any()
    one_more = own_offsets(pack, [tracks], clips[: ENOUGH + 1])
    assert 0 < one_more.max() < 0.05


def test_the_ranked_clip_and_its_other_exports_do_not_count(
    pack: MatchingPack, tracks: Float32Array, analysed: None
) -> None:
    query = make_query(pack, pack.read_clip(clip((1, 2, 3))))
    before = offsets_for(query, pack, [tracks], "new")
    assert before.any()
    analyse("new", clip((1, 2, 3)))
    after = offsets_for(query, pack, [tracks], "new")
    assert after.tolist() == before.tolist()
    analyse("export", clip((1, 2, 3.05)))
    assert offsets_for(query, pack, [tracks], "new").tolist() == before.tolist()
    # For other clips the two are one.
    assert len(own_clips(pack, "third")) == 37


def test_stills_and_what_cannot_be_seen_or_read_do_not_count(
    pack: MatchingPack, tracks: Float32Array, analysed: None
) -> None:
    still = tiny_clip([[1, 2, 0, 0]] * 4)
    analyse("still", still)
    analyse("black", tiny_clip([[3, 1, 0, 0]] * 4, details=0.0))
    analyse("broken", tiny_clip([[np.nan, 0, 0, 0]] * 4, cuts_s=[2]))
    analyse("damaged", clip((1, 2, 3)))
    (path,) = (cache_dir() / "clips").glob("damaged*")
    path.write_bytes(path.read_bytes()[:200])
    found = own_clips(pack, "new")
    assert len(found) == 36
    assert not found[:, STILL].any()
    query = make_query(pack, pack.read_clip(still))
    assert query.is_still
    assert not offsets_for(query, pack, [tracks], "new").any()


def test_queries_are_stored_for_one_pack(
    pack: MatchingPack, analysed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    load = cache.load_features

    def counted(content_hash: str, version: str) -> VideoFeatures | None:
        read.append(content_hash)
        return load(content_hash, version)

    monkeypatch.setattr(cache, "load_features", counted)
    first = own_clips(pack, "new")
    assert len(read) == 36
    assert own_clips(pack, "new").tolist() == first.tolist()
    assert len(read) == 36
    analyse("another", clip((3, 2, 1)))
    assert len(own_clips(pack, "new")) == 37
    assert read[36:] == ["another"]
    other = TinyPack(fields={"embedding_space": "tiny-2:0000"}).load()
    own_clips(other, "new")
    assert len(read) == 37 + 37


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_damaged_stored_queries_are_made_again(
    pack: MatchingPack, analysed: None, content: bytes
) -> None:
    first = own_clips(pack, "new")
    stored = Path(cache_dir() / "clip-queries.npz")
    stored.write_bytes(content)
    assert own_clips(pack, "new").tolist() == first.tolist()
    assert len(stored.read_bytes()) > 1_000


def test_stored_queries_that_are_not_finite_are_made_again(
    pack: MatchingPack, analysed: None
) -> None:
    first = own_clips(pack, "new")
    stored = cache_dir() / "clip-queries.npz"
    with np.load(stored) as archive:
        arrays = dict(archive)
    arrays["queries"][3, 5] = np.nan
    np.savez(stored, **arrays)
    assert own_clips(pack, "new").tolist() == first.tolist()
