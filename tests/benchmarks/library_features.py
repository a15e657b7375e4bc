"""Features of tracks and distances between them, for `library_judged.py`.

Two spaces, both scaled by real music (Emotify) alone:

- sound: the embedding of both musicnn networks, (400,) averaged over the patches, each dimension
  divided by its deviation over Emotify;
- harmony and melody: magnitudes of the two-dimensional Fourier transform of beat-synchronous
  chroma over 32 beats, the median over the piece, less Emotify's mean, normalised (after
  Bertin-Mahieux & Ellis 2012, "Large-scale cover song recognition using the 2D Fourier transform
  magnitude"). It doesn't depend on the key or the first beat, and is computed from the sound and
  its detected beats for all pieces. For Emotify's pieces with 64 beats or more, a search by the
  first half ranks the second half above 89 % of the second halves of its genre, the best of the
  variants tried (8 or 16 beats, sharpened chroma, without the mean over time, Euclidean, in
  principal directions, whitened: 51 % to 88 %).

Emotify's pieces last half a minute, ours twice as long. Averages over a longer time are nearer to
the centre, so distances use half a minute from the middle of each track.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import soundfile

from engine.files import replacing
from engine.media.waveform import read_blocks, read_waveform
from engine.music.features import MusicFeatures
from engine.music.key import CHROMA_RATE_HZ, ChromaStream
from engine.music.mel import RATE_HZ
from engine.music.vector import LAYOUT
from engine.training.data.features_cache import music_features, track_id

Float64Array = npt.NDArray[np.float64]

_PATCH_BEATS = 32
_PATCH_HOP = 4
# The beat interval for pieces without a pulse.
_SUBSTITUTE_BEAT_S = 0.5
EXCERPT_S = 30.0
_EXCERPT_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True, eq=False)
class AnalysedPiece:
    """One piece.

    Attributes:
        features: as the app measures them.
        harmony: (204,), the magnitudes that describe its harmony.
    """

    features: MusicFeatures
    harmony: Float64Array

    @property
    def embedding(self) -> npt.NDArray[np.float32]:
        """Both networks' penultimate layers, (400,), MSD's before MTT's."""
        return self.features.vector[LAYOUT["embedding"]]


def analyse_all(
    paths: list[Path], cache: Path, n_jobs: int, excerpt_s: float | None = None
) -> list[AnalysedPiece]:
    """Analyse files, or `excerpt_s` from the middle of each, in parallel."""
    work = partial(analyse, cache=cache, excerpt_s=excerpt_s)
    if n_jobs == 1:
        return [work(path) for path in paths]
    with ProcessPoolExecutor(n_jobs, get_context("spawn")) as pool:
        return list(pool.map(work, paths))


def analyse(path: Path, cache: Path, excerpt_s: float | None = None) -> AnalysedPiece:
    """Analyse a file, using the cached result for the same bytes."""
    if excerpt_s is not None:
        with TemporaryDirectory(prefix="soundbed-") as folder:
            return analyse(_middle(path, excerpt_s, Path(folder) / "excerpt.wav"), cache)
    features = music_features(path, cache)
    entry = cache / f"{track_id(path)}.harmony-2.npy"
    if entry.is_file():
        return AnalysedPiece(features, np.load(entry, allow_pickle=False))
    harmony = harmony_of(path, features.beats_s)
    with replacing(entry) as beside, beside.open("wb") as file:
        np.save(file, harmony, allow_pickle=False)
    return AnalysedPiece(features, harmony)


def harmony_of(path: Path, beats_s: npt.NDArray[np.float32]) -> Float64Array:
    """Return the (204,) magnitudes of a piece, of length 1."""
    stream = ChromaStream()
    for block in read_blocks(path, RATE_HZ, 1):
        stream.push(block.samples[:, 0])
    stream.finish()
    chroma = stream.chroma()
    if len(beats_s) <= _PATCH_BEATS:
        duration_s = len(chroma) / CHROMA_RATE_HZ
        beats_s = np.arange(0, duration_s, _SUBSTITUTE_BEAT_S).astype(np.float32)
    edges = np.minimum(np.round(beats_s * CHROMA_RATE_HZ).astype(int), len(chroma) - 1)
    by_beat = np.stack([chroma[a : max(a + 1, b)].mean(0) for a, b in pairwise(edges)])
    loudest = by_beat.max(axis=1, keepdims=True)
    by_beat = np.divide(by_beat, loudest, out=np.zeros_like(by_beat), where=loudest > 0)
    missing = max(0, _PATCH_BEATS - len(by_beat))
    by_beat = np.pad(by_beat, ((0, missing), (0, 0)), "wrap")
    patches = np.lib.stride_tricks.sliding_window_view(by_beat, _PATCH_BEATS, axis=0)[::_PATCH_HOP]
    magnitudes = np.abs(np.fft.rfft2(patches.astype(np.float64), axes=(1, 2)))
    # (12, 17) for each patch; the overall level says nothing about harmony.
    typical = np.median(magnitudes, axis=0)
    typical[0, 0] = 0.0
    flat = typical.ravel()
    return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-12))


@dataclass(frozen=True, slots=True, eq=False)
class Spaces:
    """Both spaces, scaled by a set of real music; see the module's docstring."""

    deviation: Float64Array
    centre: Float64Array

    @classmethod
    def of(cls, real: list[AnalysedPiece]) -> "Spaces":
        """Scale by these pieces."""
        embeddings = np.stack([one.embedding for one in real]).astype(np.float64)
        harmonies = np.stack([one.harmony for one in real])
        return cls(embeddings.std(axis=0) + 1e-6, harmonies.mean(axis=0))

    def in_sound(self, pieces: list[AnalysedPiece], half: slice = slice(None)) -> Float64Array:
        """Return distances (n, n): root mean square over the embedding's dimensions.

        Args:
            half: the dimensions used; slice(200) for the MSD network only.
        """
        points = np.stack([one.embedding for one in pieces]) / self.deviation
        return np.asarray(_distances(points[:, half]) / np.sqrt(points[:, half].shape[1]))

    def in_harmony(self, pieces: list[AnalysedPiece]) -> Float64Array:
        """Return distances (n, n) of harmony and melody, between points on the unit sphere."""
        points = np.stack([one.harmony for one in pieces]) - self.centre
        return _distances(points / np.linalg.norm(points, axis=1, keepdims=True))


def nearest_of_real(distances: Float64Array, genres: list[str], share: float = 0.01) -> float:
    """Return the distance below which the nearest `share` of pairs within a genre is."""
    rows, columns = np.triu_indices(len(genres), 1)
    within = np.array(genres)[rows] == np.array(genres)[columns]
    return float(np.quantile(distances[rows, columns][within], share))


def _middle(path: Path, excerpt_s: float, target: Path) -> Path:
    """Write `excerpt_s` from the middle of a file as WAV; return the file itself if it is short."""
    sound = read_waveform(path, _EXCERPT_RATE_HZ, 2)
    n_samples = round(excerpt_s * _EXCERPT_RATE_HZ)
    if len(sound) <= n_samples:
        return path
    start = (len(sound) - n_samples) // 2
    soundfile.write(target, sound[start : start + n_samples], _EXCERPT_RATE_HZ, subtype="FLOAT")
    return target


def _distances(points: Float64Array) -> Float64Array:
    squares = (points**2).sum(axis=1)
    products = squares[:, None] + squares[None] - 2 * points @ points.T
    found = np.sqrt(np.maximum(products, 0))
    np.fill_diagonal(found, 0)
    return np.asarray(found)
