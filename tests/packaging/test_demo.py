"""The demo clip: the first clip that a user sees, and the one in the README's pictures."""

import av
import numpy as np
import numpy.typing as npt
import pytest

import build_demo
from demo.ambience import draw_sound
from engine.media.loudness import measure_loudness
from engine.media.probe import probe_video
from engine.media.proxy import needs_proxy
from engine.paths import demo_clip

# A frame in the middle of each scene.
SCENES = {"dawn": 72, "city": 180, "snow": 384, "fireworks": 500}


@pytest.fixture(scope="module")
def frames() -> dict[int, npt.NDArray[np.float32]]:
    """Two frames of each scene, a third of a second apart, as float32 (720, 1280, 3) 0..255."""
    wanted = {n for first in SCENES.values() for n in (first, first + 8)}
    with av.open(str(demo_clip())) as container:
        return {
            n: frame.to_ndarray(format="rgb24").astype(np.float32)
            for n, frame in enumerate(container.decode(video=0))
            if n in wanted
        }


def test_the_file_is_small_and_plays_everywhere() -> None:
    info = probe_video(demo_clip())
    assert (info.width, info.height, info.codec, info.pixel_format) == (
        1280,
        720,
        "h264",
        "yuv420p",
    )
    assert info.duration_s == pytest.approx(24.0, abs=0.05)
    assert info.warnings == ()
    assert info.size_bytes < 3_000_000
    assert not needs_proxy(info)


def test_sound_is_quiet() -> None:
    assert -50 < measure_loudness(demo_clip()).integrated_lufs < -35


def test_scenes_differ_in_light_and_colour(frames: dict[int, npt.NDArray[np.float32]]) -> None:
    mean = {name: frames[n].mean((0, 1)) for name, n in SCENES.items()}
    red, _, blue = mean["dawn"]
    assert red > 1.05 * blue
    red, _, blue = mean["snow"]
    assert blue > 1.3 * red
    assert mean["city"].mean() < 0.6 * mean["dawn"].mean()
    assert mean["fireworks"].mean() < 0.6 * mean["snow"].mean()


def test_the_city_moves_faster_than_the_sea(frames: dict[int, npt.NDArray[np.float32]]) -> None:
    moved = {name: np.abs(frames[n + 8] - frames[n]).mean() for name, n in SCENES.items()}
    assert moved["city"] > 1.5 * moved["dawn"]


@pytest.mark.parametrize("scene", ["dawn", "snow"])
def test_the_clip_is_what_the_code_draws(
    scene: str, frames: dict[int, npt.NDArray[np.float32]]
) -> None:
    drawn = build_demo.draw_frame(SCENES[scene]).astype(np.float32)
    assert np.abs(drawn - frames[SCENES[scene]]).mean() < 6


def test_drawing_is_reproducible() -> None:
    assert np.array_equal(build_demo.draw_frame(500), build_demo.draw_frame(500))
    assert np.array_equal(
        draw_sound(2.0, (0.0, 0.5, 1.0, 1.5)), draw_sound(2.0, (0.0, 0.5, 1.0, 1.5))
    )
