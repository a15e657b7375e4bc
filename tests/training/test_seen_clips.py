"""Which clips of a set a pack has seen."""

from dataclasses import replace

import numpy as np

from engine.encoders.pack_fingerprints import SeenClips, clip_fingerprint
from engine.training.data.extras import Extras
from engine.training.data.pairs import join
from engine.training.seen_clips import clips_of, seen_videos
from tests.training.tiny_pairs import make_clip_pairs

IDS = [clip_fingerprint(f"{number:040x}") for number in range(6)]


def test_clips_are_known_again_by_their_file_or_by_their_features() -> None:
    pairs = make_clip_pairs(6)
    named = replace(pairs, extras=Extras(clip_ids=np.array([*IDS[:3], "", "", ""])))
    seen = clips_of(named.of_videos(np.arange(6) % 2 == 0))
    assert (len(seen.fingerprints), len(seen.sketches)) == (2, 3)
    # The same set: videos 0, 2 and 4.
    assert seen_videos(named, seen).tolist() == [True, False] * 3
    # Only the file is the same, as with a part of the clip.
    parts = replace(named, video_vectors=named.video_vectors + 1)
    assert seen_videos(parts, seen).tolist() == [True, False, True, False, False, False]
    # Only the features are known, as in prepared pairs.
    assert seen_videos(pairs, seen).tolist() == [True, False] * 3


def test_an_edit_is_known_by_its_parts_and_they_by_it() -> None:
    pairs = make_clip_pairs(30, n_shown=300)
    vectors = np.random.default_rng(1).normal(size=pairs.video_vectors.shape).astype("f4")
    # Videos 0 to 2 are parts of one edit, and differ as much as clips do.
    ids = np.array([IDS[0]] * 3 + [""] * 27)
    parts = replace(pairs, video_vectors=vectors, extras=Extras(clip_ids=ids))
    whole = replace(
        make_clip_pairs(1, n_shown=300), video_vectors=vectors[:3].mean(axis=0, keepdims=True)
    )
    others = parts.of_videos(np.arange(30) >= 3)
    assert seen_videos(join(whole, others), clips_of(parts)).all()
    unnamed = replace(whole, extras=Extras())
    seen = clips_of(join(unnamed, others.of_videos(np.arange(27) < 20)))
    # Another export of the edit in parts, whose file isn't known.
    exported = replace(parts, extras=Extras(clip_ids=np.where(ids == IDS[0], IDS[1], ids)))
    assert seen_videos(exported, seen).tolist() == [True] * 23 + [False] * 7


def test_nothing_is_seen_where_the_pack_does_not_say() -> None:
    assert not seen_videos(make_clip_pairs(4), None).any()


def test_what_is_no_fingerprint_does_not_reach_the_list() -> None:
    pairs = make_clip_pairs(2)
    named = replace(pairs, extras=Extras(clip_ids=np.array(["/home/me/clip.mp4", "x\ny"])))
    assert clips_of(named) == clips_of(pairs)
    assert SeenClips.parse(clips_of(named).to_bytes()) == clips_of(pairs)
