"""Draw assets/demo/demo.mp4, the clip that Soundbed opens at its first start.

    python packaging/build_demo.py [OUT]

Everything is drawn by the code in packaging/demo from fixed seeds; it contains no footage.
"""

import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from demo import city, dawn, fireworks, snow
from demo.ambience import RATE_HZ, draw_sound
from demo.canvas import HEIGHT, WIDTH, Canvas, finish

OUT = Path(__file__).parents[1] / "assets" / "demo" / "demo.mp4"
RATE = 24
DISSOLVE_S = 0.6
FADE_S = 0.8

Scene = Callable[[float, float], Canvas]
# Each scene and its start: dawn, cut to the city, cut to the snow, dissolve to the fireworks.
SCENES: tuple[tuple[Scene, float], ...] = (
    (dawn.draw, 0.0),
    (city.draw, 6.5),
    (snow.draw, 13.5),
    (fireworks.draw, 18.5),
)
DURATION_S = 24.0
# Indexes of the scenes that start with a dissolve.
_DISSOLVES = frozenset({3})


def draw_frame(n: int) -> npt.NDArray[np.uint8]:
    """Return frame `n` of the clip, uint8 (720, 1280, 3)."""
    time_s = n / RATE
    index = sum(time_s >= start_s for _, start_s in SCENES) - 1
    canvas = _scene(index, time_s)
    following = index + 1
    if following in _DISSOLVES:
        share = 1 - (SCENES[following][1] - time_s) / DISSOLVE_S
        if share > 0:
            canvas += (_scene(following, time_s) - canvas) * np.float32(share)
    light = min(1.0, (DURATION_S - time_s) / FADE_S)
    return finish(canvas * np.float32(light))


def _scene(index: int, time_s: float) -> Canvas:
    draw, start_s = SCENES[index]
    end_s = SCENES[index + 1][1] if index + 1 < len(SCENES) else DURATION_S
    return draw(max(0.0, time_s - start_s), end_s - start_s)


def build(out: Path) -> None:
    """Draw and encode the clip: H.264 and quiet AAC in MP4."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with av.open(
        str(out), "w", container_options={"movflags": "+faststart", "fflags": "+bitexact"}
    ) as file:
        video = file.add_stream(
            "libx264",
            rate=RATE,
            # The cap limits the fast scenes, where motion hides it.
            options={
                "crf": "26",
                "maxrate": "860k",
                "bufsize": "2400k",
                "preset": "slower",
                "aq-mode": "3",
                "threads": "1",
            },
        )
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.gop_size = 2 * RATE
        video.color_primaries = video.color_trc = video.colorspace = 1  # BT.709
        video.color_range = 1
        audio = file.add_stream("aac", rate=RATE_HZ, layout="stereo", bit_rate=64_000)
        _encode_sound(file, audio)
        n_frames = round(DURATION_S * RATE)
        for n in range(n_frames):
            frame = av.VideoFrame.from_ndarray(draw_frame(n), "rgb24").reformat(
                format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
            )
            frame.pts = n
            frame.time_base = Fraction(1, RATE)
            file.mux(video.encode(frame))
            if n % RATE == 0:
                print(f"{n / RATE:.0f} of {DURATION_S:.0f} s", file=sys.stderr)
        file.mux(video.encode(None))


def _encode_sound(file: av.container.OutputContainer, stream: av.AudioStream) -> None:
    starts = tuple(start_s for _, start_s in SCENES)
    sound = draw_sound(DURATION_S, starts)
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), "flt", "stereo")
    frame.sample_rate = RATE_HZ
    frame.pts = 0
    file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
