"""Linear canonical correlation analysis (CCA) in closed form, for every ridge at once."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """One modality, centred and scaled, with the principal axes of its covariance.

    Attributes:
        mean, scale: (F,); `(x - mean) * scale` has mean 0 and variance 1.
        variances: (F,) along the axes.
        axes: (F, F), one axis in each column.
    """

    mean: Float64Array
    scale: Float64Array
    variances: Float64Array
    axes: Float64Array

    def whitening(self, ridge: float) -> Float64Array:
        """Return (F, F), axes · (variances + ridge)^-½, to multiply standardised vectors by."""
        return self.axes / np.sqrt(np.maximum(self.variances, 0.0) + ridge)


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalAxes:
    """Projections of both modalities onto the directions that correlate most.

    Attributes:
        video_mean, music_mean: (D_V,), (D_M,).
        video_axes, music_axes: (D_V, k), (D_M, k), the most correlated first.
        correlations: (k,), falling; with a ridge, a little below the true ones.
    """

    video_mean: Float64Array
    music_mean: Float64Array
    video_axes: Float64Array
    music_axes: Float64Array
    correlations: Float64Array

    def leading(self, n_axes: int) -> "CanonicalAxes":
        """Return the first axes alone, `n_axes` at most."""
        return replace(
            self,
            video_axes=self.video_axes[:, :n_axes],
            music_axes=self.music_axes[:, :n_axes],
            correlations=self.correlations[:n_axes],
        )

    def project_videos(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return (n, k), of unit length, of video vectors (n, D_V)."""
        return _unit((vectors - self.video_mean) @ self.video_axes)

    def project_tracks(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return (n, k), of unit length, of music vectors (n, D_M)."""
        return _unit((vectors - self.music_mean) @ self.music_axes)


class CanonicalCorrelations:
    """Both modalities' covariances and their cross-covariance, shared by every ridge.

    Args:
        video: (n, D_V), row i and row i of `music` belong together.
        music: (n, D_M).
    """

    def __init__(self, video: npt.NDArray[np.float32], music: npt.NDArray[np.float32]) -> None:
        self._video, self._music = _standardise(video), _standardise(music)
        self._cross = (
            ((video - self._video.mean) * self._video.scale).T
            @ ((music - self._music.mean) * self._music.scale)
            / len(video)
        )

    def axes(self, ridge: float) -> CanonicalAxes:
        """Return the canonical axes (Hotelling 1936, regularised as Vinod 1976).

        The singular vectors of (C_vv + r·I)^-½ C_vm (C_mm + r·I)^-½, un-whitened.

        Args:
            ridge: r, in variances of one standardised feature.
        """
        whiten_video, whiten_music = self._video.whitening(ridge), self._music.whitening(ridge)
        left, correlations, right = np.linalg.svd(
            whiten_video.T @ self._cross @ whiten_music, full_matrices=False
        )
        return CanonicalAxes(
            self._video.mean,
            self._music.mean,
            self._video.scale[:, None] * (whiten_video @ left),
            self._music.scale[:, None] * (whiten_music @ right.T),
            correlations,
        )


def _standardise(vectors: npt.NDArray[np.float32]) -> Standardised:
    wide = vectors.astype(np.float64)
    mean, deviation = wide.mean(axis=0), wide.std(axis=0)
    # A constant feature carries no information.
    scale = np.where(deviation > 1e-6, 1.0 / np.maximum(deviation, 1e-6), 0.0)
    scaled = (wide - mean) * scale
    variances, axes = np.linalg.eigh(scaled.T @ scaled / len(scaled))
    return Standardised(mean, scale, variances, axes)


def _unit(vectors: Float64Array) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
