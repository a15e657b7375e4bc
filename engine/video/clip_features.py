"""The features of a clip: the matching pack's input, and readable descriptors."""

from dataclasses import dataclass, fields
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from engine.encoders import visual
from engine.media.frames import SHORT_SIDE, Frame, shown_size, stream_frames
from engine.media.probe import VideoInfo
from engine.media.schedule import sample_times
from engine.progress import Progress
from engine.video.colour import Colour, measure_colour
from engine.video.motion import FrameChange, MotionMeter
from engine.video.pooling import pool
from engine.video.shots import find_cuts

VIDEO_FEATURES_VERSION = visual.FEATURES_VERSION
FILMSTRIP_WIDTH = 160
FILMSTRIP_MAX = 12
_BATCH = 16


class FrameEncoder(Protocol):
    """Embeds frames, as `VisualEncoder` does.

    Attributes:
        frame_size: height and width of a frame.
    """

    frame_size: int

    def embed(self, frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32 (n, d) for uint8 (n, frame_size, frame_size, 3) RGB."""


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
class VideoFeatures:
    """The features of a clip, input of the matching pack.

    Attributes:
        vector: float32 (2 d + 11,): mean and deviation of the frame embeddings, descriptors.
        descriptors: the readable numbers.
        version: of the features; a pack is trained on one version.
    """

    vector: npt.NDArray[np.float32]
    descriptors: VideoDescriptors
    version: str = VIDEO_FEATURES_VERSION

    def __post_init__(self) -> None:
        if self.vector.dtype != np.float32 or self.vector.ndim != 1:
            raise ValueError("vector is float32 (d,)")


def describe_video(
    info: VideoInfo, encoder: FrameEncoder, progress: Progress
) -> tuple[VideoFeatures, tuple[Frame, ...]]:
    """Analyse a clip: embeddings, cuts, motion, colour and a filmstrip, in a single pass.

    Args:
        info: the probed clip.
        encoder: embeds the frames.
        progress: receives the time reached.

    Returns:
        The features, and at most 12 upright frames, 160 pixels wide, by time.

    Raises:
        MediaUnreadable: when no frame can be decoded.
    """
    ticks = sample_times(info.duration_s)
    n_strip = min(FILMSTRIP_MAX, len(ticks))
    strip_indexes = set(np.linspace(0, len(ticks) - 1, n_strip).round().astype(int).tolist())
    motion, changes = MotionMeter(), list[FrameChange]()
    colours: list[Colour] = []
    strip: list[Frame] = []
    embedder = _Embedder(encoder)
    for frame in stream_frames(info, progress, max(SHORT_SIDE, encoder.frame_size)):
        if not isinstance(frame, Frame):
            change = motion.compare(frame)
            changes += [change] if change else []
            continue
        if len(colours) in strip_indexes:
            strip.append(_strip_frame(frame))
        colours.append(measure_colour(frame.pixels))
        embedder.add(frame.pixels)
    descriptors = _descriptors(info.duration_s, len(ticks), changes, colours)
    return _features(embedder.finish(), descriptors), tuple(strip)


def describe_image(pixels: npt.NDArray[np.uint8], encoder: FrameEncoder) -> VideoFeatures:
    """Describe a still image like a clip without motion.

    Args:
        pixels: uint8 (h, w, 3) RGB, upright.
        encoder: as for `describe_video`.
    """
    height, width = pixels.shape[:2]
    short_side = max(SHORT_SIDE, encoder.frame_size)
    sized = _resize(pixels, shown_size(width, height, short_side))
    embedder = _Embedder(encoder)
    embedder.add(sized)
    return _features(embedder.finish(), _descriptors(1.0, 1, [], [measure_colour(sized)]))


class _Embedder:
    """Embeds centre crops in batches, so that memory doesn't grow with the clip."""

    def __init__(self, encoder: FrameEncoder) -> None:
        self._encoder = encoder
        self._crops: list[npt.NDArray[np.uint8]] = []
        self._embeddings: list[npt.NDArray[np.float32]] = []

    def add(self, pixels: npt.NDArray[np.uint8]) -> None:
        size = self._encoder.frame_size
        top, left = (pixels.shape[0] - size) // 2, (pixels.shape[1] - size) // 2
        self._crops.append(pixels[top : top + size, left : left + size].copy())
        if len(self._crops) == _BATCH:
            self._flush()

    def finish(self) -> npt.NDArray[np.float32]:
        if self._crops:
            self._flush()
        return np.concatenate(self._embeddings)

    def _flush(self) -> None:
        self._embeddings.append(self._encoder.embed(np.stack(self._crops)))
        self._crops.clear()


def _features(embeddings: npt.NDArray[np.float32], descriptors: VideoDescriptors) -> VideoFeatures:
    return VideoFeatures(np.concatenate([pool(embeddings), descriptors.as_vector()]), descriptors)


def _descriptors(
    duration_s: float, n_curve: int, changes: list[FrameChange], colours: list[Colour]
) -> VideoDescriptors:
    cuts_s = find_cuts(changes)
    compared_s = sum(change.gap_s for change in changes)
    at_cut = set(cuts_s.tolist())
    moving = [change for change in changes if np.float32(change.time_s) not in at_cut]
    curve = _motion_curve(duration_s, n_curve, moving)
    levels = {
        name: np.array([getattr(colour, name) for colour in colours])
        for name in ("brightness", "contrast", "saturation", "warmth")
    }
    steps = {f"{name}_change": np.abs(np.diff(level)) for name, level in levels.items()}
    return VideoDescriptors(
        cuts_s=cuts_s,
        cut_rate_per_min=60 * len(cuts_s) / compared_s if compared_s else 0.0,
        motion_mean=float(curve.mean()),
        motion_std=float(curve.std()),
        motion_curve=curve,
        **{name: float(level.mean()) for name, level in levels.items()},
        **{name: float(step.mean()) if len(step) else 0.0 for name, step in steps.items()},
    )


def _motion_curve(duration_s: float, n: int, moving: list[FrameChange]) -> npt.NDArray[np.float32]:
    """Return the mean speed in each of `n` equal parts; parts without data are interpolated."""
    if not moving:
        return np.zeros(n, np.float32)
    parts = [min(int(change.time_s / duration_s * n), n - 1) for change in moving]
    n_in_part = np.bincount(parts, minlength=n)
    sums = np.bincount(parts, weights=[change.speed for change in moving], minlength=n)
    known = np.flatnonzero(n_in_part)
    return np.interp(np.arange(n), known, sums[known] / n_in_part[known]).astype(np.float32)


def _strip_frame(frame: Frame) -> Frame:
    height, width = frame.pixels.shape[:2]
    size = (FILMSTRIP_WIDTH, max(round(height * FILMSTRIP_WIDTH / width), 1))
    return Frame(frame.time_s, _resize(frame.pixels, size))


def _resize(pixels: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
