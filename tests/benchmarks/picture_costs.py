"""What decoding a clip costs, and which encoder makes the best proxies.

    python -m tests.benchmarks.picture_costs CLIP [CLIP ...] [--lines 720]

First, for each clip: CPU time to decode a frame and a pixel, and to scale a frame for the screen.
Then, from the first clip, each encoder in PyAV that isn't GPL: CPU time of a frame, size, and how
near the picture stays.
"""

import argparse
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.media.screen import ScreenConverter

_N_FRAMES = 120
_RATE = Fraction(30)


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder with its options, for frames of a pixel format."""

    name: str
    codec: str
    options: tuple[tuple[str, str], ...] = ()
    pixel_format: str = "yuv420p"


_FIXED = (("qmin", "5"), ("qmax", "5"))
ENCODERS = (
    *(
        Encoder(f"mpeg4, keyframe every {n}", "mpeg4", (*_FIXED, ("g", str(n))))
        for n in (1, 6, 12, 24)
    ),
    Encoder("mpeg2video, every 12", "mpeg2video", (*_FIXED, ("g", "12"))),
    Encoder("mjpeg", "mjpeg", _FIXED, "yuvj420p"),
    Encoder("vp8", "libvpx", (("g", "12"), ("deadline", "realtime"), ("cpu-used", "8"))),
    Encoder("vp9", "libvpx-vp9", (("g", "12"), ("deadline", "realtime"), ("cpu-used", "8"))),
    Encoder("av1 (svt)", "libsvtav1", (("g", "12"), ("preset", "11"), ("crf", "35"))),
    Encoder("prores proxy", "prores_ks", (("profile", "0"),), "yuv422p10le"),
    Encoder("for comparison: x264 (GPL)", "libx264", (("g", "12"), ("preset", "veryfast"))),
)


def measure_decoding(clip: Path) -> str:
    """Return a line with the cost of a clip's frames."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        began = time.process_time()
        frames = [frame for frame, _ in zip(container.decode(stream), range(200), strict=False)][
            -1:
        ]
        n_frames = min(stream.frames or 200, 200)
        decoding = (time.process_time() - began) / n_frames
    frame = frames[0]
    converter = ScreenConverter()
    began = time.process_time()
    for _ in range(20):
        converter.convert(frame, converter.fit(frame, (1280, 720)))
    scaling = (time.process_time() - began) / 20
    per_pixel = decoding * 1e9 / (frame.width * frame.height)
    return (
        f"{clip.name:24} {frame.width}x{frame.height} {frame.format.name:12} "
        f"decode {decoding * 1e3:5.1f} ms = {per_pixel:4.2f} ns a pixel, "
        f"scale to 720 lines {scaling * 1e3:4.1f} ms"
    )


def measure_encoder(encoder: Encoder, frames: Sequence[VideoFrame]) -> str:
    """Return a line with the cost of an encoder and the quality of its result."""
    file = io.BytesIO()
    began = time.process_time()
    with av.open(file, "w", format="matroska") as target:
        video = target.add_stream(encoder.codec, _RATE, options=dict(encoder.options))
        assert isinstance(video, VideoStream)
        video.width, video.height = frames[0].width, frames[0].height
        video.pix_fmt = encoder.pixel_format
        video.codec_context.max_b_frames = 0
        for number, frame in enumerate(frames):
            same = frame.reformat(format=encoder.pixel_format)
            same.pts, same.time_base = number, 1 / _RATE
            target.mux(video.encode(same))
        target.mux(video.encode(None))
    encoding = (time.process_time() - began) / len(frames)
    file.seek(0)
    began = time.process_time()
    with av.open(file, "r") as source:
        decoded = list(source.decode(video=0))
    decoding = (time.process_time() - began) / len(frames)
    errors = [
        np.square(grey(one).astype(np.float32) - grey(other)).mean()
        for one, other in zip(frames[::10], decoded[::10], strict=True)
    ]
    ratio_db = 10 * np.log10(255**2 / np.mean(errors))
    return (
        f"{encoder.name:28} encode {encoding * 1e3:5.1f} ms, decode {decoding * 1e3:4.1f} ms, "
        f"{len(file.getvalue()) / len(frames) / 1e3:5.1f} kB a frame, {ratio_db:4.1f} dB"
    )


def grey(frame: VideoFrame) -> np.ndarray:
    """Return the luma of a frame."""
    return np.asarray(frame.to_ndarray(format="gray"))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--lines", type=int, default=720)
    arguments = parser.parse_args()
    for clip in arguments.clips:
        print(measure_decoding(clip), flush=True)
    frames = []
    with av.open(str(arguments.clips[0])) as container:
        for frame, _ in zip(container.decode(video=0), range(_N_FRAMES), strict=False):
            width = 2 * round(arguments.lines * frame.width / frame.height / 2)
            frames.append(frame.reformat(width, arguments.lines, "yuv420p"))
    print(f"\n{len(frames)} frames of {arguments.lines} lines")
    for encoder in ENCODERS:
        print(measure_encoder(encoder, frames), flush=True)


if __name__ == "__main__":
    main()
