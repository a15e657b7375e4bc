"""Clips whose frames carry their own number, so that a test can say which one is shown.

The number is a pattern of four by four blocks, black or white: twelve bits, and a last row that
tells a turned or mirrored picture from an upright one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_LAST_ROW = (1, 0, 1, 1)
_N_BITS = 12
_TICKS = 90_000


@dataclass(frozen=True, slots=True)
class NumberedClip:
    """How a clip is made.

    Attributes:
        name: of the file; its suffix is that of the container.
        codec: of the encoder.
        rate: frames per second.
        n_frames: how many.
        size: width and height, upright.
        options: of the encoder.
        pixel_format: of the encoder.
        container: options of the container.
        start_s: time of the first frame; sound starts at 0 where it isn't 0.
        times_s: of all frames, instead of the rate.
        matrix: a, b, c, d of the display matrix of MP4.
        turn: how upright pixels become the coded ones.
        first_frame: earlier frames are cut off without new encoding, by an edit list.
    """

    name: str
    codec: str = "libx264"
    rate: Fraction = Fraction(25)
    n_frames: int = 100
    size: tuple[int, int] = (320, 180)
    options: tuple[tuple[str, str], ...] = (("g", "25"), ("bf", "2"))
    pixel_format: str = "yuv420p"
    container: tuple[tuple[str, str], ...] = ()
    start_s: float = 0.0
    times_s: Sequence[float] | None = None
    matrix: tuple[int, int, int, int] | None = None
    turn: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]] | None = None
    first_frame: int = 0

    def frame_times(self) -> list[float]:
        """Return the time of each frame that is shown, from the first one's."""
        if self.times_s is not None:
            return list(self.times_s)
        n_shown = self.n_frames - self.first_frame
        return [float(n / self.rate) for n in range(n_shown)]


_VARIABLE = tuple(np.cumsum([0.0, *([0.04, 0.04, 0.1, 0.033, 0.3] * 20)]).tolist())
_INTERLACED = (("g", "12"), ("bf", "2"), ("flags", "+ilme+ildct"))

ODD_CLIPS = (
    NumberedClip("late.mp4", start_s=0.7),
    NumberedClip("cut.mp4", first_frame=37),
    NumberedClip("variable.mp4", times_s=_VARIABLE, n_frames=len(_VARIABLE)),
    NumberedClip("b_frames.mp4", options=(("g", "50"), ("bf", "5"), ("b_strategy", "0"))),
    NumberedClip("open_gop.ts", options=(("x264-params", "open-gop=1:keyint=24:bframes=3"),)),
    NumberedClip("interlaced.mpg", "mpeg2video", options=_INTERLACED, size=(320, 192)),
    NumberedClip("turned.mp4", matrix=(0, 1, -1, 0), turn=lambda pixels: np.rot90(pixels)),
    NumberedClip("mirrored.mp4", matrix=(-1, 0, 0, 1), turn=lambda pixels: pixels[:, ::-1]),
    NumberedClip("fragments.mp4", container=(("movflags", "frag_keyframe+empty_moov"),)),
    NumberedClip("an_hour_late.ts", start_s=3600.0),
    NumberedClip("film.mov", rate=Fraction(24000, 1001)),
    NumberedClip("milliseconds.mkv", rate=Fraction(30000, 1001)),
    NumberedClip("long_gop.mp4", n_frames=600, options=(("g", "600"), ("bf", "3"))),
    NumberedClip("old.avi", "mpeg4", options=(("g", "25"), ("bf", "2"))),
    NumberedClip("fast.mp4", rate=Fraction(60), n_frames=240),
    NumberedClip("prores.mov", "prores_ks", options=(), pixel_format="yuv422p10le"),
    NumberedClip("ten_bits.mp4", "libx265", options=(("x265-params", "log-level=none"),)),
    NumberedClip("web.webm", "libvpx-vp9", options=(("deadline", "realtime"), ("cpu-used", "8"))),
)


def write_numbered(folder: Path, clip: NumberedClip) -> Path:
    """Make a clip in a folder and return its path."""
    path = folder / clip.name
    whole = folder / f"whole-{clip.name}" if clip.first_frame else path
    times_s = clip.times_s or [float(n / clip.rate) for n in range(clip.n_frames)]
    with av.open(str(whole), "w", options=dict(clip.container)) as target:
        video = target.add_stream(clip.codec, clip.rate, options=dict(clip.options))
        assert isinstance(video, VideoStream)
        turn = clip.turn or (lambda pixels: pixels)
        coded = turn(draw_number(0, clip.size))
        video.height, video.width = coded.shape
        video.pix_fmt = clip.pixel_format
        has_sound = bool(clip.start_s) and path.suffix == ".mp4"
        sound = target.add_stream("aac", 48_000) if has_sound else None
        if isinstance(sound, AudioStream):
            silence = av.AudioFrame.from_ndarray(np.zeros((2, 48_000), np.float32), "fltp")
            silence.sample_rate, silence.pts = 48_000, 0
            target.mux(sound.encode(silence))
        for number, time_s in enumerate(times_s):
            pixels = np.ascontiguousarray(turn(draw_number(number, clip.size)))
            frame = VideoFrame.from_ndarray(pixels, "gray").reformat(format=clip.pixel_format)
            if clip.times_s is not None or clip.start_s:
                video.codec_context.time_base = Fraction(1, _TICKS)
                frame.time_base = Fraction(1, _TICKS)
                frame.pts = round((clip.start_s + time_s) * _TICKS)
            else:
                frame.time_base, frame.pts = 1 / clip.rate, number
            target.mux(video.encode(frame))
        target.mux(video.encode(None))
        if isinstance(sound, AudioStream):
            target.mux(sound.encode(None))
    if clip.first_frame:
        _cut(whole, path, clip)
    if clip.matrix is not None:
        _set_matrix(path, clip.matrix)
    return path


def draw_number(number: int, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Return a grey picture (h, w) that carries a number."""
    bits = [number >> n & 1 for n in range(_N_BITS)] + list(_LAST_ROW)
    blocks = np.array(bits, np.uint8).reshape(4, 4) * 200 + 28
    width, height = size
    rows = np.minimum(np.arange(height) * 4 // height, 3)
    columns = np.minimum(np.arange(width) * 4 // width, 3)
    pixels: npt.NDArray[np.uint8] = blocks[rows][:, columns]
    return pixels


def read_number(grey: npt.NDArray[np.uint8]) -> int | None:
    """Return the number that a picture (h, w) carries; None when it isn't upright."""
    height, width = grey.shape
    bits = [
        int(grey[(2 * row + 1) * height // 8, (2 * column + 1) * width // 8] > 127)
        for row in range(4)
        for column in range(4)
    ]
    if tuple(bits[_N_BITS:]) != _LAST_ROW:
        return None
    return sum(bit << n for n, bit in enumerate(bits[:_N_BITS]))


def number_at(clip: NumberedClip, position_s: float) -> int:
    """Return the number of the frame that is right at a position."""
    # A ten-thousandth of a second is rounding.
    due = [n for n, time_s in enumerate(clip.frame_times()) if time_s <= position_s + 1e-4]
    return clip.first_frame + max(due, default=0)


def _cut(whole: Path, path: Path, clip: NumberedClip) -> None:
    """Copy the packets from the keyframe on, with an edit list that hides the first frames."""
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        assert stream.time_base is not None
        first = round(clip.first_frame / clip.rate / stream.time_base)
        source.seek(first, stream=stream)
        for packet in source.demux(stream):
            if packet.pts is None or packet.dts is None:
                continue
            packet.pts -= first
            packet.dts -= first
            packet.stream = copy
            target.mux(packet)


def _set_matrix(path: Path, matrix: tuple[int, int, int, int]) -> None:
    data = bytearray(path.read_bytes())
    # Version, flags, times, number, duration, layer and volume come before (ISO/IEC 14496-12).
    first = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value << 16 for value in matrix)
    fields = np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], ">i4").tobytes()
    data[first : first + len(fields)] = fields
    path.write_bytes(bytes(data))
