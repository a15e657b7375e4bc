"""The features of a clip: the matching pack's input, and readable descriptors."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, Protocol, Self

import cv2
import numpy as np
import numpy.typing as npt

from engine.encoders import visual
from engine.media.frames import SHORT_SIDE, Frame, shown_size, stream_frames
from engine.media.probe import VideoInfo
from engine.media.schedule import sample_times
from engine.progress import Progress
from engine.video.colour import measure_colour
from engine.video.descriptors import Motion, VideoDescriptors, describe, measure_motion
from engine.video.motion import FrameChange, MotionMeter
from engine.video.pooling import pool
from engine.video.views import N_VIEWS, views

VIDEO_FEATURES_VERSION = visual.FEATURES_VERSION
FILMSTRIP_WIDTH = 160
FILMSTRIP_MAX = 12
_BATCH = 16
_DESCRIPTOR = "descriptor_"


class FrameEncoder(Protocol):
    """Embeds frames, as `VisualEncoder` does.

    Attributes:
        frame_size: height and width of a frame.
        features_version: of features made with its embeddings.
    """

    frame_size: int
    features_version: str

    def embed(self, frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32 (n, d) for uint8 (n, frame_size, frame_size, 3) RGB."""


@dataclass(frozen=True, slots=True, eq=False)
class VideoFeatures:
    """The features of a clip or a still: what its samples show, and the readable numbers.

    Attributes:
        embeddings: float16 (n, d), one per sample, n at least 1.
        times_s: float32 (n,), of the samples, ascending.
        colours: float32 (n, 4), of the samples: the fields of `Colour`.
        descriptors: the readable numbers.
        version: of the features; a pack is trained on one version.
    """

    embeddings: npt.NDArray[np.float16]
    times_s: npt.NDArray[np.float32]
    colours: npt.NDArray[np.float32]
    descriptors: VideoDescriptors
    version: str = VIDEO_FEATURES_VERSION

    def __post_init__(self) -> None:
        n = len(self.embeddings)
        if self.embeddings.dtype != np.float16 or self.embeddings.ndim != 2 or n == 0:
            raise ValueError("embeddings are float16 (n, d), n at least 1")
        if self.times_s.dtype != np.float32 or self.times_s.shape != (n,):
            raise ValueError("times_s is float32 (n,)")
        if self.colours.dtype != np.float32 or self.colours.shape != (n, 4):
            raise ValueError("colours are float32 (n, 4)")

    @property
    def content(self) -> npt.NDArray[np.float32]:
        """What is shown: float32 (d,), mean of the embeddings."""
        return self._pooled()[: self.embeddings.shape[1]]

    @property
    def spread(self) -> npt.NDArray[np.float32]:
        """How much it varies: float32 (d,), deviation of the embeddings; 0 for a still."""
        return self._pooled()[self.embeddings.shape[1] :]

    @property
    def vector(self) -> npt.NDArray[np.float32]:
        """Input of the matching pack: float32 (2 d + 11,), content, spread and descriptors."""
        return np.concatenate([self._pooled(), self.descriptors.as_vector()])

    def part(self, start_s: float, end_s: float, duration_s: float) -> Self:
        """Return the features of a part of the clip.

        Args:
            start_s, end_s: of the part. It gets the samples in it, or else the one closest to
                its middle.
            duration_s: of the whole clip.
        """
        rows = np.flatnonzero((self.times_s >= start_s) & (self.times_s < end_s))
        if len(rows) == 0:
            rows = np.array([np.abs(self.times_s - (start_s + end_s) / 2).argmin()])
        motion = self.descriptors.motion.part(start_s, end_s, duration_s)
        return type(self)(
            self.embeddings[rows],
            self.times_s[rows] - np.float32(start_s),
            self.colours[rows],
            describe(motion, self.colours[rows]),
            self.version,
        )

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the features as named arrays, to be stored as an .npz archive."""
        arrays = {
            field.name: np.asarray(getattr(self, field.name))
            for field in fields(self)
            if field.name != "descriptors"
        }
        for field in fields(self.descriptors):
            arrays[_DESCRIPTOR + field.name] = np.asarray(getattr(self.descriptors, field.name))
        return arrays

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, npt.NDArray[Any]], version: str = VIDEO_FEATURES_VERSION
    ) -> Self:
        """Read what `to_arrays` returned; other arrays are left alone.

        Raises:
            ValueError: when an array is missing or damaged, or of another version.
        """
        try:
            if (found := str(arrays["version"])) != version:
                raise ValueError(f"features of version {found}")
            descriptors = {
                field.name: _plain(arrays[_DESCRIPTOR + field.name])
                for field in fields(VideoDescriptors)
            }
            return cls(
                arrays["embeddings"],
                arrays["times_s"],
                arrays["colours"],
                VideoDescriptors(**descriptors),
                version,
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"stored features are incomplete: {error}") from error

    def _pooled(self) -> npt.NDArray[np.float32]:
        return pool(self.embeddings.astype(np.float32))


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
    meter, changes = MotionMeter(), list[FrameChange]()
    strip: list[Frame] = []
    samples = _Samples(encoder)
    for frame in stream_frames(info, progress, max(SHORT_SIDE, encoder.frame_size)):
        if not isinstance(frame, Frame):
            change = meter.compare(frame)
            changes += [change] if change else []
            continue
        if samples.n in strip_indexes:
            strip.append(_strip_frame(frame))
        samples.add(frame)
    motion = measure_motion(info.duration_s, len(ticks), changes)
    return samples.features(motion), tuple(strip)


def describe_image(pixels: npt.NDArray[np.uint8], encoder: FrameEncoder) -> VideoFeatures:
    """Describe a still image like a clip without motion.

    Args:
        pixels: uint8 (h, w, 3) RGB, upright.
        encoder: as for `describe_video`.
    """
    height, width = pixels.shape[:2]
    short_side = max(SHORT_SIDE, encoder.frame_size)
    samples = _Samples(encoder)
    samples.add(Frame(0.0, _resize(pixels, shown_size(width, height, short_side))))
    return samples.features(measure_motion(1.0, 1, []))


class _Samples:
    """Measures samples and embeds them in batches, so that memory doesn't grow with the clip."""

    def __init__(self, encoder: FrameEncoder) -> None:
        self._encoder = encoder
        self._views: list[npt.NDArray[np.uint8]] = []
        self._embeddings: list[npt.NDArray[np.float16]] = []
        self._times_s: list[float] = []
        self._colours: list[Sequence[float]] = []

    @property
    def n(self) -> int:
        """How many were added."""
        return len(self._times_s)

    def add(self, frame: Frame) -> None:
        self._times_s.append(frame.time_s)
        self._colours.append(astuple(measure_colour(frame.pixels)))
        self._views.append(views(frame.pixels, self._encoder.frame_size))
        if len(self._views) == _BATCH // N_VIEWS:
            self._embed()

    def features(self, motion: Motion) -> VideoFeatures:
        if self._views:
            self._embed()
        colours = np.array(self._colours, np.float32)
        return VideoFeatures(
            np.concatenate(self._embeddings),
            np.array(self._times_s, np.float32),
            colours,
            describe(motion, colours),
            self._encoder.features_version,
        )

    def _embed(self) -> None:
        embeddings = self._encoder.embed(np.concatenate(self._views))
        by_frame = embeddings.reshape(len(self._views), N_VIEWS, -1)
        self._embeddings.append(by_frame.mean(axis=1).astype(np.float16))
        self._views.clear()


def _strip_frame(frame: Frame) -> Frame:
    height, width = frame.pixels.shape[:2]
    size = (FILMSTRIP_WIDTH, max(round(height * FILMSTRIP_WIDTH / width), 1))
    return Frame(frame.time_s, _resize(frame.pixels, size))


def _resize(pixels: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _plain(value: npt.NDArray[Any]) -> Any:
    return value if value.ndim else value.item()
