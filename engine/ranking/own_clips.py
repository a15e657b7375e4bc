"""Hubs among the user's own clips: what a pack's reference clips don't know of.

A pack's reference clips show which tracks suit too many clips, and each track's correction for
that is stored with its embedding. Where the user's clips ask for other music than those, other
tracks are too often among the first. So the clips whose analyses are cached take part in the
correction once there are enough, by a share that grows with their number.
"""

import io
import logging
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.score_weights import HUB, N_EMBEDDING, SCALE, STILL
from engine.errors import ExportError, PackError
from engine.files import write_bytes
from engine.paths import cache_dir
from engine.ranking.query import make_query

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

_log = logging.getLogger(__name__)
# Up to so many clips change nothing; twice as many count as much as the pack's. From 40 on, own
# clips alone correct as well as a pack that doesn't know their like: see
# tests/benchmarks/RESULTS.md.
ENOUGH = 20
# Queries with a higher cosine are of the same film, such as two exports of one project.
_SAME = 0.97

Float32Array = npt.NDArray[np.float32]


def own_clips(pack: "MatchingPack", content_hash: str) -> Float32Array:
    """Return the queries of the user's other clips, float32 (n, 128), as the pack sees them.

    The clip that is ranked isn't among them, nor is another export of it: its list is the same
    whether or not it was analysed before. Clips that hardly differ count once; stills and clips
    that show nothing don't count.

    Args:
        pack: the matching pack.
        content_hash: of the clip that is ranked.
    """
    from engine.video.cache import cached_clips

    hashes = cached_clips(pack.video_version)
    if len(hashes) <= ENOUGH:
        return np.zeros((0, N_EMBEDDING), np.float32)
    queries = _queries(pack, hashes)
    seen = [queries.pop(content_hash)] if content_hash in queries else []
    n_left_out = len(seen)
    for query in queries.values():
        is_clip = query.any() and not query[STILL]
        if is_clip and not _is_one_of(seen, query):
            seen.append(query)
    return np.array(seen[n_left_out:], np.float32).reshape(-1, N_EMBEDDING)


def own_offsets(
    pack: "MatchingPack", tracks: Iterable[Float32Array], clips: Float32Array
) -> Float32Array:
    """Return what to take away from each track's score for the user's clips, float32 (n,).

    Args:
        pack: the matching pack.
        tracks: n vectors in parts, float32 (k, 128) each, corrected by the pack's reference clips.
        clips: float32 (m, 128), see `own_clips`.
    """
    if len(clips) <= ENOUGH:
        return np.zeros(sum(len(part) for part in tracks), np.float32)
    n_reference = max(int((pack.bank[:, STILL] == 0).sum()), 1)
    # As large a part of the clips as with the pack's.
    n_closest = max(round(pack.weights.n_closest * len(clips) / n_reference), 1)
    parts = [pack.weights.hub(part, clips, n_closest) - part[:, HUB] for part in tracks]
    return np.asarray((1 - ENOUGH / len(clips)) * np.concatenate(parts) / SCALE, np.float32)


def _is_one_of(queries: list[Float32Array], query: Float32Array) -> bool:
    if not queries:
        return False
    # -1 at HUB, which all have, says nothing.
    others, asked = np.delete(queries, HUB, axis=1), np.delete(query, HUB)
    lengths = np.linalg.norm(others, axis=1) * np.linalg.norm(asked)
    return bool((others @ asked > _SAME * lengths).any())


def _queries(pack: "MatchingPack", hashes: tuple[str, ...]) -> dict[str, Float32Array]:
    """Return the query of each clip that can be read; those of one pack are stored."""
    stored = _load(_path(), pack.space)
    found = {each: stored[each] for each in hashes if each in stored}
    for each in hashes:
        if each not in found and (query := _query(pack, each)) is not None:
            found[each] = query
    if found.keys() != stored.keys():
        _store(_path(), pack.space, found)
    # In the order of the hashes, however many were stored.
    return {each: found[each] for each in hashes if each in found}


def _query(pack: "MatchingPack", content_hash: str) -> Float32Array | None:
    """Return the query of a cached clip, 0 where nothing is to be seen; None if unreadable."""
    from engine.video.cache import load_features

    features = load_features(content_hash, pack.video_version)
    if features is None:
        return None
    if features.n_seen == 0:
        return np.zeros(N_EMBEDDING, np.float32)
    try:
        return make_query(pack, pack.read_clip(features)).vector
    except PackError as error:
        _log.info("a cached clip isn't a reference: %s: %s", content_hash, error)
        return None


def _path() -> Path:
    return cache_dir() / "clip-queries.npz"


def _load(path: Path, space: str) -> dict[str, Float32Array]:
    """Return the stored queries by the clips' hashes; none when they are of another space."""
    try:
        # From memory: np.load leaves a damaged file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            stored_space = str(archive["space"])
            hashes, queries = archive["hashes"], archive["queries"]
        if stored_space != space:
            return {}
        if queries.shape != (len(hashes), N_EMBEDDING) or queries.dtype != np.float32:
            raise ValueError("the queries have another shape")
        if not np.isfinite(queries).all():
            raise ValueError("the queries aren't finite")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.info("the stored queries can't be used: %s: %s", path, error)
        return {}
    return dict(zip(hashes.tolist(), queries, strict=True))


def _store(path: Path, space: str, queries: Mapping[str, Float32Array]) -> None:
    buffer = io.BytesIO()
    vectors = np.array(list(queries.values()), np.float32).reshape(-1, N_EMBEDDING)
    hashes = np.array(list(queries), np.str_)
    np.savez(buffer, allow_pickle=False, space=np.array(space), hashes=hashes, queries=vectors)
    try:
        write_bytes(path, buffer.getvalue())
    except (ExportError, OSError) as error:
        _log.info("the queries of clips aren't stored: %s", error)
