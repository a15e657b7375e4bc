"""Pictures as a clip: a still of five seconds, an animation in a loop, photographs in a row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from engine.errors import MediaError, MediaUnreadable, display_path
from engine.files import replacing
from engine.media.pictures import Picture, read_pictures
from engine.progress import Progress
from engine.translation import tr, trn

STILL_S = 5.0
# In a row of photographs.
PHOTO_S = 4.0
MAX_PHOTOS = 1_000
_RATE = 25
_LARGEST = (1920, 1920)
_WIDE, _TALL = (1920, 1080), (1080, 1920)
# Smaller pictures are enlarged: encoders and programs take no clip of a few pixels.
_SMALLEST = 64
# MPEG-4 part 2: of the encoders in PyAV that aren't GPL the fastest; unchanged pictures cost it
# nothing.
_QUANTISER = "2"
_MOST_NAMED = 3

_Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SlideShow:
    """What was written.

    Attributes:
        n_shown: pictures that are in the clip.
        left_out: names of those that can't be read.
        n_beyond: those that are too many for one clip.
    """

    n_shown: int
    left_out: tuple[str, ...]
    n_beyond: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what was left out, if anything was."""
        return tuple(filter(None, (self._on_unreadable(), self._on_beyond())))

    def _on_beyond(self) -> str:
        if not self.n_beyond:
            return ""
        text = trn(
            "Only the first {most} pictures of the folder are shown; {n} more is left out.",
            "Only the first {most} pictures of the folder are shown; {n} more are left out.",
            self.n_beyond,
        )
        return text.format(most=MAX_PHOTOS, n=self.n_beyond)

    def _on_unreadable(self) -> str:
        if not self.left_out:
            return ""
        text = trn(
            "{n} picture can't be read and is left out: {names}.",
            "{n} pictures can't be read and are left out: {names}.",
            len(self.left_out),
        )
        names = ", ".join(self.left_out[:_MOST_NAMED])
        return text.format(n=len(self.left_out), names=names)


def write_slide_show(pictures: Sequence[Path], out: Path, progress: Progress) -> SlideShow:
    """Write an MP4 that shows pictures: one for five seconds, or each for four.

    An animation plays in a loop until its five seconds are over.

    Args:
        pictures: in their order; at least one. Those beyond `MAX_PHOTOS` are left out.
        out: the clip.
        progress: cancelling leaves no file behind.

    Raises:
        MediaError: when none can be read; of a single one, the reason.
        ExportError: when the clip can't be written.
    """
    is_alone = len(pictures) == 1
    left_out: list[str] = []
    n_shown = 0
    n_beyond, pictures = len(pictures[MAX_PHOTOS:]), pictures[:MAX_PHOTOS]
    with replacing(out) as beside, av.open(str(beside), "w", format="mp4") as target:
        writer: _Writer | None = None
        for number, path in enumerate(pictures):
            progress.step(tr("Reading the pictures"), number, len(pictures))
            try:
                for pixels, n_frames in _shown(path, is_alone):
                    if writer is None:
                        size = _even(pixels) if is_alone else _canvas(pixels)
                        writer = _Writer(target, size)
                    writer.write(pixels, n_frames, progress)
                n_shown += 1
            except MediaError:
                if is_alone:
                    raise
                left_out.append(display_path(path.name))
        if writer is None:
            raise MediaUnreadable(
                tr("none of the pictures in this folder can be read."),
                path=pictures[0].parent,
                remedy=tr("Save them as JPEG or PNG."),
            )
        writer.close()
    return SlideShow(n_shown, tuple(left_out), n_beyond)


def _shown(path: Path, is_alone: bool) -> Iterator[tuple[_Pixels, int]]:
    """Yield pictures with the number of frames that each is shown for."""
    if not is_alone:
        yield next(read_pictures(path, _LARGEST)).pixels, round(PHOTO_S * _RATE)
        return
    pictures = read_pictures(path, _LARGEST)
    first = tuple(islice(pictures, 2))
    if len(first) == 1:
        # However long a GIF of one frame says that it lasts.
        yield first[0].pixels, round(STILL_S * _RATE)
        return
    at_s, n_written = 0.0, 0
    turn: Iterable[Picture] = chain(first, pictures)
    while at_s < STILL_S:
        for picture in turn:
            at_s += picture.duration_s
            # Rounded to whole frames without drifting.
            n_frames = round(at_s * _RATE) - n_written
            if n_frames > 0:
                n_written += n_frames
                yield picture.pixels, n_frames
        # Read again for each turn of a loop: a long one doesn't fit into memory.
        turn = read_pictures(path, _LARGEST)


class _Writer:
    """Writes pictures in the middle of frames of one size."""

    def __init__(self, target: "av.container.OutputContainer", size: tuple[int, int]) -> None:
        self._target = target
        self._size = size
        video = target.add_stream(
            "mpeg4", Fraction(_RATE), options={"qmin": _QUANTISER, "qmax": _QUANTISER, "bf": "0"}
        )
        assert isinstance(video, VideoStream)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.codec_context.gop_size = _RATE
        self._video = video
        self._converter = VideoReformatter()
        self._n_written = 0

    def write(self, pixels: _Pixels, n_frames: int, progress: Progress) -> None:
        """Write a picture as several frames.

        Args:
            pixels: uint8 (h, w, 3) RGB.
            n_frames: how many.
            progress: may cancel.
        """
        frame = self._framed(pixels)
        for _ in range(n_frames):
            progress.check()
            frame.pts = self._n_written
            frame.time_base = Fraction(1, _RATE)
            self._target.mux(self._video.encode(frame))
            self._n_written += 1

    def close(self) -> None:
        """Write what the encoder keeps."""
        self._target.mux(self._video.encode(None))

    def _framed(self, pixels: _Pixels) -> VideoFrame:
        width, height = self._size
        scale = min(width / pixels.shape[1], height / pixels.shape[0])
        size = (
            max(2, min(width, 2 * round(pixels.shape[1] * scale / 2))),
            max(2, min(height, 2 * round(pixels.shape[0] * scale / 2))),
        )
        source = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24")
        scaled = self._converter.reformat(
            source, *size, "rgb24", interpolation=Interpolation.AREA
        ).to_ndarray()
        canvas = np.zeros((height, width, 3), np.uint8)
        top, left = (height - size[1]) // 2, (width - size[0]) // 2
        canvas[top : top + size[1], left : left + size[0]] = scaled
        return VideoFrame.from_ndarray(canvas, "rgb24").reformat(
            format="yuv420p",
            # MPEG-4 doesn't say which: readers take it from the size.
            dst_colorspace=Colorspace.ITU709 if height >= 720 else Colorspace.ITU601,
            dst_color_range=ColorRange.MPEG,
        )


def _even(pixels: _Pixels) -> tuple[int, int]:
    """Return a picture's width and height, large enough and even, as 4:2:0 needs them."""
    height, width = pixels.shape[:2]
    scale = max(1.0, _SMALLEST / min(width, height))
    sides = (min(2 * round(side * scale / 2), 2 * _LARGEST[0]) for side in (width, height))
    width, height = sides
    return max(width, 2), max(height, 2)


def _canvas(pixels: _Pixels) -> tuple[int, int]:
    """Return the size of a row of photographs, by the first one."""
    return _TALL if pixels.shape[0] > pixels.shape[1] else _WIDE
