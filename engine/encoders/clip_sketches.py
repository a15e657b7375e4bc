"""Short sketches of clips' features, by which a clip that was exported again is known.

Another resolution, codec or frame rate changes every byte of a clip and every number of its
features, but none by much. A sketch is a random projection of the features: the distance of two
sketches is about that of the features, and 64 small numbers tell nobody what a clip shows.
"""

import hashlib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
import numpy.typing as npt

N_SKETCH: Final = 64
_TAG_BYTES = 8
SKETCH_BYTES: Final = _TAG_BYTES + N_SKETCH
# A projection of features of length 1 has a spread of 1, so that these steps reach ±4.
_STEPS = 32.0
# Of the usual distance of two clips, see `tests.benchmarks.clip_copies`: none of 160 exports of 40
# real clips (coarser, at fewer frames a second, without the first second, cropped and brightened)
# is farther; of 51,360 pairs of other clips three are nearer, two of them of one film.
_SAME = 0.4
# A squared distance: features of unit length whose product is .94. Where clips lie wider apart than
# usual, as photographs do, copies don't.
_FARTHEST = 2 * (1 - 0.94) * N_SKETCH * _STEPS**2
# Of all pairs of other clips, or one of them if that is less: a few false links join many makers.
_BY_CHANCE = 1e-4
# Fewer don't show how far clips differ.
_MIN_CLIPS = 4
# Where clips have fewer features, others lie as near as copies: their sketch is a digest.
_MIN_FEATURES = 256
# Distances are measured so many at a time.
_MAX_AT_ONCE = 2**22
# With more clips it would take minutes.
_MAX_CLIPS = 200_000

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class ClipSketches:
    """Sketches of some clips.

    Attributes:
        rows: int8 (n, 64); zeros for a clip that shows nothing, which is like no other.
        version: of the features; others can't be compared.
        knows_exports: whether exports of a clip are known; else only clips with equal features.
    """

    rows: Rows
    version: str
    knows_exports: bool

    @classmethod
    def of(cls, vectors: npt.NDArray[np.float32], version: str, know_exports: bool = True) -> Self:
        """Return the sketches of clips.

        Args:
            vectors: float32 (n, D_V), `VideoFeatures.vector`.
            version: of the features.
            know_exports: whether they are features of which it is known how near copies lie.
        """
        knows_exports = know_exports and vectors.shape[1] >= _MIN_FEATURES
        rows = np.zeros((len(vectors), N_SKETCH), np.int8)
        for number, vector in enumerate(vectors):
            if vector.any():
                rows[number] = _projected(vector, version) if knows_exports else _digest(vector)
        return cls(rows, version, knows_exports)

    def packed(self) -> list[bytes]:
        """Return each sketch as `SKETCH_BYTES` bytes, with the version that it is of."""
        return [_tag(self.version) + row.tobytes() for row in self.rows if row.any()]

    def among(self, packed: Collection[bytes]) -> Bools:
        """Return which clips are one of a list, bool (n,), perhaps in another export of it.

        Args:
            packed: of any versions, see `packed`.
        """
        tag, found = _tag(self.version), np.zeros(len(self.rows), np.bool_)
        raw = b"".join(one[_TAG_BYTES:] for one in packed if one[:_TAG_BYTES] == tag)
        listed = np.frombuffer(raw, np.int8).reshape(-1, N_SKETCH)
        rows = np.flatnonzero(self.rows.any(axis=1))
        if len(listed):
            limit = self._limit(np.concatenate([self.rows[rows], listed]), len(rows) * len(listed))
            n_at_once = max(_MAX_AT_ONCE // len(listed), 1)
            for first in range(0, len(rows), n_at_once):
                some = rows[first : first + n_at_once]
                found[some] = (_squares(self.rows[some], listed) <= limit).any(axis=1)
        return found

    def copies(self) -> npt.NDArray[np.int64]:
        """Return pairs of clips that are the same, int64 (n_pairs, 2).

        Enough to link all that are the same, not every pair of them. Among more than 200,000
        clips, only those with equal sketches are found.
        """
        rows = np.flatnonzero(self.rows.any(axis=1))
        equal = _first_equal(self.rows[rows])
        again = np.flatnonzero(equal < np.arange(len(rows)))
        found = [rows[np.stack([equal[again], again], axis=1)]]
        rows = rows[np.unique(equal)]
        if len(rows) > _MAX_CLIPS or not self.knows_exports:
            return found[0]
        known = self.rows[rows]
        limit = self._limit(known, len(rows) * (len(rows) - 1) // 2)
        n_at_once = max(_MAX_AT_ONCE // max(len(rows), 1), 1)
        for first in range(0, len(rows), n_at_once):
            near = _squares(known[first : first + n_at_once], known[first:]) <= limit
            found.append(rows[first + _spanning(near)])
        return np.concatenate(found)

    def _limit(self, rows: Rows, n_pairs: int) -> float:
        """Return the squared distance up to which clips are the same.

        Args:
            rows: of all clips. The limit is less where they are more alike than usual, or
                differ in few ways, so that others come near by chance.
            n_pairs: how many pairs of them are compared.
        """
        if not self.knows_exports or len(rows) < _MIN_CLIPS:
            return 0.0
        covariance = np.cov(rows.astype(np.float64), rowvar=False)
        spread = float(covariance.trace())
        by_chance = min(_BY_CHANCE, 1.0 / max(n_pairs, 1))
        share = min(_SAME, _chance_limit(_participation_ratio(covariance, len(rows)), by_chance))
        return min(share**2 * 2.0 * spread, _FARTHEST)


def stacked(parts: Sequence[ClipSketches]) -> ClipSketches:
    """Return sketches of one version as one; there is at least one."""
    first = parts[0]
    return ClipSketches(
        np.concatenate([part.rows for part in parts]), first.version, first.knows_exports
    )


def _participation_ratio(covariance: npt.NDArray[np.float64], n: int) -> float:
    """Return in how many ways clips differ: the participation ratio (Σλ)² / Σλ².

    Σλ² is that of all clips, not of these n, without bias (Srivastava, "Some Tests Concerning the
    Covariance Matrix in High Dimensional Data", 2005).
    """
    trace = float(covariance.trace())
    squares = float((covariance**2).sum()) - trace**2 / (n - 1)
    squares *= (n - 1) ** 2 / ((n - 2) * (n + 1))
    return trace**2 / max(squares, trace**2 / N_SKETCH) if trace else 1.0


def _chance_limit(n_ways: float, by_chance: float) -> float:
    """Return how near, of the usual distance, two clips come by chance in a share of all pairs.

    The squared distance has a χ² distribution of `n_ways` degrees of freedom; this is the first
    term of its series, whose sum is less.
    """
    half = n_ways / 2
    return math.sqrt(1 / half) * math.exp((math.log(by_chance) + math.lgamma(half + 1)) / n_ways)


def _spanning(near: Bools) -> npt.NDArray[np.int64]:
    """Return links (n, 2) between rows and columns that connect all that is near.

    Args:
        near: (n, m), true where row i and column j are near; row i is also column i.
    """
    one, other = np.nonzero(near)
    # Each column is linked to its first row, and a column's other rows to that one.
    first = near.argmax(axis=0)[other]
    links = np.concatenate([np.stack([first, other], axis=1), np.stack([first, one], axis=1)])
    found: npt.NDArray[np.int64] = np.unique(links[links[:, 0] != links[:, 1]], axis=0)
    return found


def _squares(first: Rows, second: Rows) -> npt.NDArray[np.float32]:
    """Return squared distances (n, m), exact: whole numbers below 2²⁴."""
    one, other = first.astype(np.float32), second.astype(np.float32)
    lengths = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None]
    return np.asarray(lengths - 2.0 * (one @ other.T), np.float32)


def _first_equal(rows: Rows) -> npt.NDArray[np.int64]:
    """Return the number of the first row that equals each, (n,)."""
    whole = np.ascontiguousarray(rows).view(f"V{N_SKETCH}").ravel()
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], np.int64)


def _projected(vector: npt.NDArray[np.float32], version: str) -> Rows:
    exact = vector.astype(np.float64)
    projected = exact / np.linalg.norm(exact) @ _signs(version, len(vector))
    return np.clip(np.rint(projected * _STEPS), -127, 127).astype(np.int8)


def _digest(vector: npt.NDArray[np.float32]) -> Rows:
    data = hashlib.blake2b(vector.astype("<f4").tobytes(), digest_size=N_SKETCH).digest()
    return np.frombuffer(data, np.int8)


@lru_cache(maxsize=4)
def _signs(version: str, n_features: int) -> npt.NDArray[np.float64]:
    """Return ±1 (n_features, 64), the same on every computer and with every version of numpy."""
    n = n_features * N_SKETCH
    drawn = hashlib.shake_256(f"{version} {n_features}".encode()).digest((n + 7) // 8)
    bits = np.unpackbits(np.frombuffer(drawn, np.uint8))[:n]
    return bits.reshape(n_features, N_SKETCH).astype(np.float64) * 2.0 - 1.0


def _tag(version: str) -> bytes:
    return hashlib.sha256(version.encode()).digest()[:_TAG_BYTES]
