"""Readable numbers about a clip: cuts, motion, light and colour."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from engine.video.colour import Colour
from engine.video.motion import FrameChange
from engine.video.shots import find_cuts

# A scene starts at a cut, give or take a frame.
_AT_START_S = 0.1
_LEVELS = tuple(field.name for field in fields(Colour))


@dataclass(frozen=True, slots=True)
class VideoDescriptors:
    """Readable numbers about a clip.

    Attributes:
        cuts_s: float32 (n,), start of each new shot, ascending.
        cut_rate_per_min: cuts per minute of the frames that were compared.
        motion_mean, motion_std: over the clip, in long sides of the frame per second.
        motion_curve: float32 (n,), motion over the clip, evenly spaced, one value per sample.
        brightness, contrast, saturation, warmth: means over the samples; see `Colour`.
        brightness_change, contrast_change, saturation_change, warmth_change: mean step from one
            sample to the next; 0 for a still.
    """

    cuts_s: npt.NDArray[np.float32]
    cut_rate_per_min: float
    motion_mean: float
    motion_std: float
    motion_curve: npt.NDArray[np.float32]
    brightness: float
    brightness_change: float
    contrast: float
    contrast_change: float
    saturation: float
    saturation_change: float
    warmth: float
    warmth_change: float

    def __post_init__(self) -> None:
        for curve in (self.cuts_s, self.motion_curve):
            if curve.dtype != np.float32 or curve.ndim != 1:
                raise ValueError("cuts_s and motion_curve are float32 (n,)")
        if len(self.motion_curve) == 0:
            raise ValueError("motion_curve has at least one value")
        if not np.isfinite(self.as_vector()).all():
            raise ValueError("descriptors are finite")

    @property
    def motion(self) -> "Motion":
        """The cuts and the motion alone."""
        return Motion(self.cuts_s, self.cut_rate_per_min, self.motion_curve)

    def as_vector(self) -> npt.NDArray[np.float32]:
        """Return the scalar fields in their order; cut rate and motion as log(1 + x).

        Returns:
            float32 (11,).
        """
        numbers = {f.name: getattr(self, f.name) for f in fields(self)}
        del numbers["cuts_s"], numbers["motion_curve"]
        for name in ("cut_rate_per_min", "motion_mean", "motion_std"):
            numbers[name] = np.log1p(numbers[name])
        return np.array(list(numbers.values()), np.float32)


N_DESCRIPTORS = len(fields(VideoDescriptors)) - 2


@dataclass(frozen=True, slots=True)
class Motion:
    """Cuts and motion of a clip or of a part of it.

    Attributes:
        cuts_s: float32 (n,), start of each new shot, ascending.
        cut_rate_per_min: cuts per minute of the frames that were compared.
        curve: float32 (n,), in long sides of the frame per second, evenly spaced.
    """

    cuts_s: npt.NDArray[np.float32]
    cut_rate_per_min: float
    curve: npt.NDArray[np.float32]

    def part(self, start_s: float, end_s: float, duration_s: float) -> "Motion":
        """Return the cuts and motion of a part; a cut at its start isn't one.

        Args:
            start_s, end_s: of the part; the curve gets at least one value.
            duration_s: of the clip.
        """
        inner = self.cuts_s[(self.cuts_s > start_s + _AT_START_S) & (self.cuts_s < end_s)]
        # Of clips over five minutes, only a part is compared.
        compared_min = len(self.cuts_s) / self.cut_rate_per_min if self.cut_rate_per_min else 0.0
        part_min = compared_min * (end_s - start_s) / duration_s
        n = len(self.curve)
        first = min(int(start_s / duration_s * n), n - 1)
        last = max(round(end_s / duration_s * n), first + 1)
        return Motion(
            cuts_s=inner - np.float32(start_s),
            cut_rate_per_min=len(inner) / part_min if part_min else 0.0,
            curve=self.curve[first:last],
        )


def measure_motion(
    duration_s: float,
    n_curve: int,
    changes: Sequence[FrameChange],
    weights: npt.NDArray[np.float32],
) -> Motion:
    """Find the cuts of a clip, and its motion between them.

    Args:
        duration_s: of the clip.
        n_curve: length of the motion curve.
        changes: between neighbouring frames, by time.
        weights: float32 (9, 16), of `FrameChange.speeds` in the speed of the picture.
    """
    cuts_s = find_cuts(changes)
    compared_s = sum(change.gap_s for change in changes)
    at_cut = set(cuts_s.tolist())
    moving = [change for change in changes if np.float32(change.time_s) not in at_cut]
    rate = 60 * len(cuts_s) / compared_s if compared_s else 0.0
    return Motion(cuts_s, rate, _motion_curve(duration_s, n_curve, moving, weights))


def describe(motion: Motion, colours: npt.NDArray[np.float32]) -> VideoDescriptors:
    """Return the descriptors of a clip.

    Args:
        motion: its cuts and motion.
        colours: float32 (n, 4), the fields of `Colour` for each sample.
    """
    steps = np.abs(np.diff(colours, axis=0)).mean(axis=0) if len(colours) > 1 else np.zeros(4)
    return VideoDescriptors(
        cuts_s=motion.cuts_s,
        cut_rate_per_min=motion.cut_rate_per_min,
        motion_mean=float(motion.curve.mean()),
        motion_std=float(motion.curve.std()),
        motion_curve=motion.curve,
        **dict(zip(_LEVELS, colours.mean(axis=0).tolist(), strict=True)),
        **dict(zip((f"{name}_change" for name in _LEVELS), steps.tolist(), strict=True)),
    )


def _motion_curve(
    duration_s: float,
    n: int,
    moving: Sequence[FrameChange],
    weights: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return the mean speed in each of `n` equal parts; parts without data are interpolated."""
    if not moving:
        return np.zeros(n, np.float32)
    parts = [min(int(change.time_s / duration_s * n), n - 1) for change in moving]
    speeds = [float((change.speeds * weights).sum()) for change in moving]
    n_in_part = np.bincount(parts, minlength=n)
    sums = np.bincount(parts, weights=speeds, minlength=n)
    known = np.flatnonzero(n_in_part)
    return np.interp(np.arange(n), known, sums[known] / n_in_part[known]).astype(np.float32)
