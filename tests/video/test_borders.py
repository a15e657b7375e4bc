"""Borders around drawn and real pictures."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.visual import VisualEncoder
from engine.media.frames import sample_frames
from engine.media.probe import probe_video
from engine.progress import silent
from engine.video.borders import BorderFinder, Borders, Window
from engine.video.views import views

Pixels = npt.NDArray[np.uint8]
HEIGHT, WIDTH = 256, 454


def texture(seed: int, height: int = HEIGHT, width: int = WIDTH) -> Pixels:
    """A smooth random picture with some grain."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (8, 12, 3), np.uint8)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.add(smooth, rng.integers(0, 20, smooth.shape, np.uint8)), np.uint8)


def find(frames: list[Pixels]) -> Borders:
    finder = BorderFinder(*frames[0].shape[:2])
    for frame in frames:
        finder.add(frame)
    return finder.find()


def framed(window: Window, colour: tuple[int, int, int], n: int = 8) -> list[Pixels]:
    """Frames in which a picture changes within a border of one colour."""
    frames = []
    for seed in range(n):
        # Codecs change a bar by some levels.
        change = np.random.default_rng(seed).integers(-3, 4, (HEIGHT, WIDTH, 3))
        frame = np.clip(np.array(colour) + change, 0, 255).astype(np.uint8)
        window.crop(frame)[:] = texture(seed, *window.size)
        frames.append(frame)
    return frames


def assert_close(found: Window, wanted: Window, tolerance: int = 4) -> None:
    """Assert that no border is left, and at most `tolerance` pixels of the picture are lost."""
    lost = (
        found.top - wanted.top,
        wanted.bottom - found.bottom,
        found.left - wanted.left,
        wanted.right - found.right,
    )
    assert min(lost) >= 0, (found, wanted)
    assert max(lost) <= tolerance, (found, wanted)


@pytest.mark.parametrize(
    ("window", "colour"),
    [
        (Window(33, 223, 0, WIDTH), (0, 0, 0)),
        (Window(0, HEIGHT, 155, 299), (0, 0, 0)),
        (Window(0, HEIGHT, 155, 299), (250, 250, 250)),
        (Window(40, 200, 60, 400), (90, 20, 30)),
        (Window(0, 180, 0, WIDTH), (16, 16, 16)),
        (Window(12, HEIGHT, 0, WIDTH), (0, 0, 0)),
    ],
)
@pytest.mark.parametrize("n", [1, 8])
def test_bars_of_one_colour(window: Window, colour: tuple[int, int, int], n: int) -> None:
    borders = find(framed(window, colour, n))
    assert_close(borders.picture, window)
    assert borders.still == borders.picture


def test_without_borders_the_whole_frame_is_kept() -> None:
    whole = Window(0, HEIGHT, 0, WIDTH)
    assert find([texture(seed) for seed in range(8)]) == Borders(whole, whole)
    assert find([texture(0)] * 8) == Borders(whole, whole)
    assert BorderFinder(HEIGHT, WIDTH).find() == Borders(whole, whole)


def test_text_in_a_bar_belongs_to_the_border() -> None:
    window = Window(80, 200, 0, WIDTH)
    frames = framed(window, (0, 0, 0))
    for number, frame in enumerate(frames):
        cv2.putText(frame, "a title", (150, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (255,) * 3, 3)
        text = f"caption {number}"
        cv2.putText(frame, text, (160, 235), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 0), 2)
    assert_close(find(frames).picture, window)


def test_a_frame_that_never_changes_is_a_border() -> None:
    window = Window(60, 220, 50, 404)
    template = texture(99)
    frames = []
    for seed in range(8):
        frame = template.copy()
        window.crop(frame)[:] = texture(seed, *window.size)
        frames.append(frame)
    assert_close(find(frames).picture, window)


def test_a_dark_scene_has_no_borders() -> None:
    # A spot of light that moves before a black wall, as on a stage.
    frames = []
    for number in range(8):
        frame = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        cv2.circle(frame, (150 + 20 * number, 70 + 15 * number), 60, (200, 180, 160), -1)
        frames.append(frame)
    assert find(frames).picture == Window(0, HEIGHT, 0, WIDTH)


def test_a_product_on_white_has_no_borders() -> None:
    frame = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    cv2.circle(frame, (227, 128), 80, (200, 30, 40), -1)
    assert find([frame]).picture == Window(0, HEIGHT, 0, WIDTH)
    assert find([frame] * 8).picture == Window(0, HEIGHT, 0, WIDTH)


def test_a_logo_is_no_picture() -> None:
    frames = framed(Window(110, 140, 200, 250), (0, 0, 0))
    assert find(frames).picture == Window(0, HEIGHT, 0, WIDTH)


def test_bars_that_appear_later_are_no_borders() -> None:
    frames = [*framed(Window(33, 223, 0, WIDTH), (0, 0, 0), 6), texture(50), texture(51)]
    assert find(frames).picture == Window(0, HEIGHT, 0, WIDTH)


def filled(picture: Pixels, width: int) -> Pixels:
    """An upright picture over its own blurred enlargement."""
    height, own_width = picture.shape[:2]
    large = cv2.resize(picture, (width, round(height * width / own_width)))
    top = (large.shape[0] - height) // 2
    frame = np.asarray(cv2.GaussianBlur(large[top : top + height], (0, 0), 10), np.uint8)
    left = (width - own_width) // 2
    frame[:, left : left + own_width] = picture
    return frame


def test_blurred_fill_is_a_border_that_moves() -> None:
    frames = [filled(texture(seed, HEIGHT, 144), WIDTH) for seed in range(8)]
    borders = find(frames)
    assert_close(borders.picture, Window(0, HEIGHT, 155, 299))
    assert borders.still == Window(0, HEIGHT, 0, WIDTH)
    turned = [np.ascontiguousarray(frame.swapaxes(0, 1)) for frame in frames]
    assert_close(find(turned).picture, Window(155, 299, 0, HEIGHT))


@pytest.fixture(scope="module")
def real_frames(shared_data: Path) -> list[list[Pixels]]:
    """The first eight samples of some clips that have no borders."""
    names = (
        "micro_clips/short-video_01_001.mp4",
        "micro_clips/short-video_11_027.mp4",
        "micro_clips/short-video_13_075.mp4",
        "micro_clips/short-video_17_101.mp4",
    )
    clips = [sample_frames(probe_video(shared_data / name), silent()) for name in names]
    return [[frame.pixels for frame in clip][:8] for clip in clips]


def sized(pixels: Pixels) -> Pixels:
    """As a clip with the borders would be sampled: short side 256 pixels, and compressed."""
    scale = 256 / min(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def with_bars(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    frame = np.zeros((height, 3 * width, 3), np.uint8)
    frame[:, width : 2 * width] = picture
    return frame


@pytest.mark.parametrize(
    "surround", [with_bars, lambda picture: filled(picture, 3 * picture.shape[1])]
)
def test_a_picture_with_borders_is_embedded_like_the_one_without(
    real_frames: list[list[Pixels]], surround: Callable[[Pixels], Pixels]
) -> None:
    encoder = VisualEncoder.load()

    def embedding(frames: list[Pixels], window: Window | None = None) -> npt.NDArray[np.float32]:
        pictures = [window.crop(frame) if window else frame for frame in frames]
        seen = np.concatenate([views(picture, encoder.frame_size) for picture in pictures])
        mean = encoder.embed(seen).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    before, after = [], []
    for clip in real_frames:
        plain = embedding([sized(frame) for frame in clip])
        surrounded = [sized(surround(frame)) for frame in clip]
        before.append(float(plain @ embedding(surrounded)))
        after.append(float(plain @ embedding(surrounded, find(surrounded).picture)))
    print(f"cosine with borders {np.mean(before):.3f}, without them {np.mean(after):.3f}")
    assert np.mean(after) > 0.93
    assert np.mean(before) < 0.8
