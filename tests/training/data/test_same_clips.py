"""Sources that share a clip are one source."""

from dataclasses import replace

import numpy as np
import pytest

from engine.encoders.pack_fingerprints import clip_fingerprint
from engine.training.data.extras import Extras
from engine.training.data.pairs import PairSet
from engine.training.data.same_clips import (
    clip_numbers,
    linked,
    note_on_copies,
    with_joined_sources,
    without_sources,
)
from tests.training.tiny_pairs import make_clip_pairs

# Enough numbers that exports are known.
N_SHOWN = 300


def clips(n: int = 12, seed: int = 0, n_sources: int = 6) -> PairSet:
    """Return n different clips, of sources "source 0" … in turn."""
    pairs = make_clip_pairs(n, n_sources, n_shown=N_SHOWN)
    vectors = np.random.default_rng(seed).normal(size=pairs.video_vectors.shape)
    return replace(pairs, video_vectors=vectors.astype("f4"))


def with_vectors(pairs: PairSet, vectors: np.ndarray) -> PairSet:
    return replace(pairs, video_vectors=vectors.astype("f4"))


def test_sources_without_a_common_clip_stay() -> None:
    pairs = clips()
    joined, others, n_joined = with_joined_sources(pairs)
    assert (joined.sources.tolist(), others, n_joined) == (pairs.sources.tolist(), None, 0)
    assert note_on_copies(0) == ""


@pytest.mark.parametrize("noise", [0.0, 1e-6, 0.2])
def test_an_export_under_another_name_joins_the_two_makers(noise: float) -> None:
    pairs = clips()
    vectors = pairs.video_vectors.copy()
    # Clip 7 is of source 1, clip 2 of source 2.
    vectors[7] = vectors[2] + noise * np.random.default_rng(1).normal(size=vectors.shape[1])
    joined, _, n_joined = with_joined_sources(with_vectors(pairs, vectors))
    assert n_joined == 1
    assert set(joined.sources[[1, 2, 7, 8]]) == {"source 1"}
    assert len(np.unique(joined.sources)) == 5
    assert "a clip in common" in note_on_copies(n_joined)


def test_the_same_file_joins_whatever_part_of_it_is_used() -> None:
    pairs = clips()
    ids = np.array([clip_fingerprint(f"{number:040x}") for number in range(12)])
    ids[5] = ids[0]
    # What is no fingerprint names no file.
    ids[[3, 4]] = "unknown"
    joined, _, n_joined = with_joined_sources(replace(pairs, extras=Extras(clip_ids=ids)))
    assert n_joined == 1
    assert set(joined.sources[[0, 5, 6, 11]]) == {"source 0"}
    assert joined.sources[[3, 4]].tolist() == pairs.sources[[3, 4]].tolist()


def test_a_chain_of_copies_is_one_source() -> None:
    pairs = clips()
    vectors = pairs.video_vectors.copy()
    # Of sources 0, 1 and 2; then of 1 and 3.
    vectors[6] = vectors[1] = vectors[2]
    vectors[3] = vectors[7]
    joined, _, _ = with_joined_sources(with_vectors(pairs, vectors))
    assert set(joined.sources[[0, 6, 1, 7, 2, 8, 3, 9]]) == {"source 0"}
    assert len(np.unique(joined.sources)) == 3


def test_professionals_who_have_a_clip_of_an_uploader_are_one_source_with_them() -> None:
    ugc, pgc = clips(), clips(seed=1)
    pgc = replace(pgc, sources=np.char.add("film ", (np.arange(12) // 2).astype(str)))
    vectors = pgc.video_vectors.copy()
    vectors[4] = ugc.video_vectors[3]
    ugc, joined, n_joined = with_joined_sources(ugc, with_vectors(pgc, vectors))
    assert joined is not None
    assert n_joined == 1
    assert joined.sources[4] == joined.sources[5] == ugc.sources[3] == ugc.sources[9]
    left = without_sources(joined, ugc.sources[3:4])
    assert left.n_videos == 10
    assert without_sources(joined, np.array(["nobody"])) is joined


def test_features_of_nobody_knows_what_are_joined_where_they_are_equal() -> None:
    pairs = replace(clips(), video_experts=())
    vectors = pairs.video_vectors.copy()
    vectors[7], vectors[8] = vectors[2], 1.000001 * vectors[3]
    joined, _, n_joined = with_joined_sources(with_vectors(pairs, vectors))
    assert n_joined == 1
    assert joined.sources[7] == joined.sources[2]
    assert joined.sources[8] != joined.sources[3]


def test_copies_of_a_clip_have_its_number() -> None:
    pairs = clips()
    vectors = pairs.video_vectors.copy()
    vectors[7] = vectors[2]
    ids = np.array([f"{number:016x}" for number in range(12)])
    ids[5] = ids[3]
    twice = replace(with_vectors(pairs, vectors), extras=Extras(clip_ids=ids))
    assert clip_numbers(twice).tolist() == [0, 1, 2, 3, 4, 3, 6, 2, 8, 9, 10, 11]


def test_what_is_linked_indirectly_has_one_number() -> None:
    chain = np.stack([np.arange(1, 1000), np.arange(999)], axis=1)
    assert set(linked(1000, np.random.default_rng(0).permutation(chain))) == {0}
    assert linked(5, np.array([[4, 2], [3, 3]])).tolist() == [0, 1, 2, 3, 2]
    assert linked(0, np.zeros((0, 2), np.int64)).tolist() == []
