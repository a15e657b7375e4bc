"""The features of a clip: the matching pack's input, and readable descriptors."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, Protocol, Self

import cv2
import numpy as np
import numpy.typing as npt

from engine.encoders import visual
from engine.media.frames import SHORT_SIDE, Frame, shown_size, stream_frames
from engine.media.orientation import Orientation
from engine.media.probe import VideoInfo
from engine.media.schedule import sample_times
from engine.progress import Progress, silent
from engine.video.borders import BorderFinder, Borders, Window
from engine.video.colour import measure_colour, measure_detail
from engine.video.descriptors import Motion, VideoDescriptors, describe, measure_motion
from engine.video.motion import GRID, FrameChange, MotionMeter
from engine.video.pooling import pool
from engine.video.views import N_VIEWS, views

VIDEO_FEATURES_VERSION = visual.FEATURES_VERSION
FILMSTRIP_WIDTH = 160
FILMSTRIP_MAX = 12
# A frame with less detail is of one colour.
MIN_DETAIL = 0.012
# Next to frames with more detail, one with less than this part of it is a fade or a title.
_MIN_OF_USUAL = 0.2
# Stills that were encoded as clips, even coarsely and with grain, have motion up to 0.022 and a
# spread up to 0.195 of the content's length; of 321 real clips, the two below these limits are
# stills to the eye.
_MAX_STILL_MOTION = 0.03
_MAX_STILL_SPREAD = 0.2
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
        details: float32 (n,), how much each sample shows; see `measure_detail`.
        descriptors: the readable numbers.
        version: of the features; a pack is trained on one version.
    """

    embeddings: npt.NDArray[np.float16]
    times_s: npt.NDArray[np.float32]
    colours: npt.NDArray[np.float32]
    details: npt.NDArray[np.float32]
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
        if self.details.dtype != np.float32 or self.details.shape != (n,):
            raise ValueError("details is float32 (n,)")

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Which samples count: bool (n,), not those of one colour, nor fades next to others."""
        shown = self.details >= MIN_DETAIL
        if not shown.any():
            return shown
        # Of a clip that is dark throughout, dark frames count.
        usual = float(np.median(self.details[shown]))
        return self.details >= max(MIN_DETAIL, _MIN_OF_USUAL * usual)

    @property
    def n_seen(self) -> int:
        """How many samples count; 0 when there is nothing to see in the clip."""
        return int(self.seen.sum())

    @property
    def content(self) -> npt.NDArray[np.float32]:
        """What is shown: float32 (d,), mean of the embeddings that count, or else of all."""
        return self._pooled()[: self.embeddings.shape[1]]

    @property
    def spread(self) -> npt.NDArray[np.float32]:
        """How much it varies: float32 (d,), deviation of the embeddings; 0 for a still."""
        return self._pooled()[self.embeddings.shape[1] :]

    @property
    def is_still(self) -> bool:
        """Whether nothing moves: a still, also one that was encoded as a clip."""
        varies = np.linalg.norm(self.spread) / max(float(np.linalg.norm(self.content)), 1e-6)
        return bool(
            len(self.descriptors.cuts_s) == 0
            and self.descriptors.motion_mean < _MAX_STILL_MOTION
            and varies < _MAX_STILL_SPREAD
        )

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
            self.details[rows],
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
                arrays["details"],
                VideoDescriptors(**descriptors),
                version,
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"stored features are incomplete: {error}") from error

    def _pooled(self) -> npt.NDArray[np.float32]:
        seen = self.seen
        rows = self.embeddings[seen] if seen.any() else self.embeddings
        return pool(rows.astype(np.float32))


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
    samples = _Samples(encoder, progress)
    for frame in stream_frames(info, progress, max(SHORT_SIDE, encoder.frame_size)):
        if not isinstance(frame, Frame):
            change = meter.compare(frame)
            changes += [change] if change else []
            continue
        if samples.n in strip_indexes:
            strip.append(_strip_frame(frame))
        samples.add(frame)
    borders = samples.borders()
    weights = _speed_weights(samples.size, borders.still, info.orientation)
    motion = measure_motion(info.duration_s, len(ticks), changes, weights)
    return samples.features(borders.picture, motion), tuple(strip)


def describe_image(pixels: npt.NDArray[np.uint8], encoder: FrameEncoder) -> VideoFeatures:
    """Describe a still image like a clip without motion.

    Args:
        pixels: uint8 (h, w, 3) RGB, upright.
        encoder: as for `describe_video`.
    """
    height, width = pixels.shape[:2]
    short_side = max(SHORT_SIDE, encoder.frame_size)
    samples = _Samples(encoder, silent())
    samples.add(Frame(0.0, _resize(pixels, shown_size(width, height, short_side))))
    picture = samples.borders().picture
    still = Motion(np.zeros(0, np.float32), 0.0, np.zeros(1, np.float32))
    return samples.features(picture, still)


class _Samples:
    """Keeps the samples of a clip, and measures and embeds them once its borders are known."""

    def __init__(self, encoder: FrameEncoder, progress: Progress) -> None:
        self._encoder = encoder
        self._progress = progress
        self._frames: list[Frame] = []

    @property
    def n(self) -> int:
        """How many were added."""
        return len(self._frames)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the samples."""
        height, width, _ = self._frames[0].pixels.shape
        return height, width

    def add(self, frame: Frame) -> None:
        self._frames.append(frame)

    def borders(self) -> Borders:
        finder = BorderFinder(*self.size)
        for frame in self._frames:
            # Frames of one colour would hide the borders.
            if measure_detail(frame.pixels) >= MIN_DETAIL:
                finder.add(frame.pixels)
        return finder.find()

    def features(self, picture: Window, motion: Motion) -> VideoFeatures:
        pictures = [picture.crop(frame.pixels) for frame in self._frames]
        colours = np.array([astuple(measure_colour(pixels)) for pixels in pictures], np.float32)
        n_in_batch = _BATCH // N_VIEWS
        embeddings = [
            self._embed(pictures[start : start + n_in_batch])
            for start in range(0, len(pictures), n_in_batch)
        ]
        return VideoFeatures(
            embeddings=np.concatenate(embeddings),
            times_s=np.array([frame.time_s for frame in self._frames], np.float32),
            colours=colours,
            details=np.array([measure_detail(pixels) for pixels in pictures], np.float32),
            descriptors=describe(motion, colours),
            version=self._encoder.features_version,
        )

    def _embed(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> npt.NDArray[np.float16]:
        self._progress.check()
        size = self._encoder.frame_size
        seen = np.concatenate([views(pixels, size) for pixels in pictures])
        by_picture = self._encoder.embed(seen).reshape(len(pictures), N_VIEWS, -1)
        return np.asarray(by_picture.mean(axis=1), np.float16)


def _speed_weights(
    size: tuple[int, int], moving: Window, orientation: Orientation
) -> npt.NDArray[np.float32]:
    """Return the weight of each cell of the frame in the speed of the picture within borders.

    Args:
        size: height and width of a frame, upright.
        moving: the part within the still borders.
        orientation: of the coded frames, whose cells these are.

    Returns:
        float32 (9, 16); their sum turns long sides of the frame into those of the picture.
    """
    inside = np.zeros(size, np.float32)
    moving.crop(inside)[:] = 1
    coded = np.ascontiguousarray(orientation.revert(inside))
    cells = cv2.resize(coded, GRID[::-1], interpolation=cv2.INTER_AREA)
    scale = max(size) / max(moving.size)
    return np.asarray(cells * scale / cells.sum(), np.float32)


def _strip_frame(frame: Frame) -> Frame:
    height, width = frame.pixels.shape[:2]
    size = (FILMSTRIP_WIDTH, max(round(height * FILMSTRIP_WIDTH / width), 1))
    return Frame(frame.time_s, _resize(frame.pixels, size))


def _resize(pixels: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _plain(value: npt.NDArray[Any]) -> Any:
    return value if value.ndim else value.item()
