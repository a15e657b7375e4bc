"""Pictures as clips: formats by their bytes, orientation, order, loops, damage."""

from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import Cancelled, MediaUnreadable
from engine.media.pictures import picture_format, pictures_in, read_pictures
from engine.media.probe import probe_video
from engine.media.slide_show import PHOTO_S, STILL_S, write_slide_show
from engine.media.source import PICTURE_BRANDS
from engine.progress import Progress, silent

FITTING = (1920, 1920)
# Blue, green, red, as OpenCV writes them.
RED, GREEN = (0, 0, 255), (0, 255, 0)


def drawn(
    width: int = 120, height: int = 80, colour: tuple[int, ...] = RED
) -> npt.NDArray[np.uint8]:
    """A picture of one colour with a green left edge."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:] = colour
    pixels[:, : width // 4] = GREEN
    return pixels


def saved(path: Path, pixels: npt.NDArray[np.uint8]) -> Path:
    assert cv2.imwrite(str(path), pixels)
    return path


def gif(path: Path, colours: int, delay_s: float) -> Path:
    """An animation of frames that get brighter."""
    with av.open(str(path), "w", format="gif") as target:
        stream = target.add_stream("gif", round(1 / delay_s))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb8"
        for n in range(colours):
            pixels = np.full((48, 64, 3), 40 * n, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="rgb8")
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tiff", ".gif", ".avif"])
def test_a_picture_is_a_still_of_five_seconds(tmp_path: Path, suffix: str) -> None:
    picture = saved(tmp_path / f"a{suffix}", drawn())
    out = tmp_path / "out.mp4"
    write_slide_show([picture], out, silent())
    info = probe_video(out)
    assert (info.duration_s, info.width, info.height, info.n_frames) == (STILL_S, 120, 80, 125)
    assert not info.is_variable
    assert not info.warnings


def test_the_format_is_told_by_the_bytes_and_not_by_the_name(tmp_path: Path) -> None:
    picture = saved(tmp_path / "a.png", drawn())
    wrong = picture.rename(tmp_path / "a.jpg")
    assert picture_format(wrong) == "png_pipe"
    assert next(read_pictures(wrong, FITTING)).pixels.shape == (80, 120, 3)


@pytest.mark.parametrize(
    ("orientation", "size", "green"),
    [
        (1, (80, 120), "left"),
        (3, (80, 120), "right"),
        (6, (120, 80), "top"),
        (8, (120, 80), "bottom"),
    ],
)
def test_photographs_stand_upright(
    tmp_path: Path, orientation: int, size: tuple[int, int], green: str
) -> None:
    path = saved(tmp_path / "a.jpg", drawn())
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + bytes([orientation, 0, 0, 0])
    segment = b"\xff\xe1" + (len(exif) + 6).to_bytes(2, "big") + exif + b"\0\0\0\0"
    path.write_bytes(path.read_bytes()[:2] + segment + path.read_bytes()[2:])
    pixels = next(read_pictures(path, FITTING)).pixels.astype(int)
    assert pixels.shape[:2] == size
    edges = {
        "left": pixels[:, :5], "right": pixels[:, -5:], "top": pixels[:5], "bottom": pixels[-5:],
    }  # fmt: skip
    is_green = {
        name: bool((edge[..., 1] - edge[..., 0]).mean() > 200) for name, edge in edges.items()
    }
    assert [name for name, found in is_green.items() if found] == [green]


def test_transparent_parts_are_black(tmp_path: Path) -> None:
    pixels = np.dstack([drawn(), np.full((80, 120), 255, np.uint8)])
    pixels[:40, :, 3] = 0
    picture = saved(tmp_path / "a.png", pixels)
    found = next(read_pictures(picture, FITTING)).pixels
    assert found[:40].max() == 0
    assert found[40:].max() == 255


def test_an_animation_plays_in_a_loop_until_five_seconds_are_over(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    write_slide_show([gif(tmp_path / "a.gif", 6, 0.2)], out, silent())
    info = probe_video(out)
    assert info.duration_s == pytest.approx(6.0, abs=0.3)
    with av.open(str(out)) as clip:
        means = [float(frame.to_ndarray(format="gray").mean()) for frame in clip.decode(video=0)]
    # Six levels of brightness, and dark again after the brightest, four times.
    falls = int((np.diff(means) < -60).sum())
    assert falls == 4


def test_an_animation_of_one_frame_is_a_still_whatever_its_delay(tmp_path: Path) -> None:
    picture = gif(tmp_path / "a.gif", 1, 0.2)
    data = picture.read_bytes()
    delay = data.index(b"\x21\xf9\x04") + 4
    # In hundredths of a second.
    picture.write_bytes(data[:delay] + (900).to_bytes(2, "little") + data[delay + 2 :])
    assert [each.duration_s for each in read_pictures(picture, FITTING)] == [9.0]
    write_slide_show([picture], tmp_path / "out.mp4", silent())
    assert probe_video(tmp_path / "out.mp4").duration_s == STILL_S


def test_photographs_that_are_too_many_are_said_to_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.media.slide_show.MAX_PHOTOS", 2)
    pictures = [saved(tmp_path / f"{number}.png", drawn()) for number in range(5)]
    shown = write_slide_show(pictures, tmp_path / "out.mp4", silent())
    assert shown.n_shown == 2
    assert shown.warnings == (
        "Only the first 2 pictures of the folder are shown; 3 more are left out.",
    )


@pytest.mark.parametrize("brand", sorted(PICTURE_BRANDS))
def test_a_brand_of_pictures_is_known_everywhere(tmp_path: Path, brand: bytes) -> None:
    path = tmp_path / "photo.heic"
    path.write_bytes(b"\0\0\0\x18ftyp" + brand + b"\0" * 8)
    assert picture_format(path) == "mov"


def test_photographs_follow_each_other_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number, grey in ((10, 200), (9, 100), (1, 20)):
        pixels = np.full((60, 90, 3), grey, np.uint8)
        saved(tmp_path / f"IMG_{number}.png", pixels)
    (tmp_path / "notes.txt").write_text("no picture")
    pictures = pictures_in(tmp_path)
    assert [path.name for path in pictures] == ["IMG_1.png", "IMG_9.png", "IMG_10.png"]
    out = tmp_path / "out.mp4"
    assert write_slide_show(pictures, out, silent()).n_shown == 3
    info = probe_video(out)
    assert (info.duration_s, info.width, info.height) == (3 * PHOTO_S, 1920, 1080)
    with av.open(str(out)) as clip:
        frames = list(clip.decode(video=0))
    centres = [int(frames[n].to_ndarray(format="gray")[540, 960]) for n in (50, 150, 250)]
    assert centres == sorted(centres)
    assert centres[2] - centres[0] > 100


def test_a_damaged_photograph_is_left_out_and_named(tmp_path: Path) -> None:
    saved(tmp_path / "a.png", drawn())
    (tmp_path / "b.jpg").write_bytes(b"\xff\xd8\xff no picture")
    shown = write_slide_show(pictures_in(tmp_path), tmp_path / "out.mp4", silent())
    assert (shown.n_shown, shown.left_out) == (1, ("b.jpg",))
    assert "b.jpg" in shown.warnings[0]


def test_damaged_pictures_alone_are_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "b.jpg"
    broken.write_bytes(b"\xff\xd8\xff no picture")
    with pytest.raises(MediaUnreadable, match=r"b\.jpg"):
        write_slide_show([broken], tmp_path / "out.mp4", silent())
    assert [path.name for path in tmp_path.iterdir()] == ["b.jpg"]


def test_a_tiny_picture_becomes_large_enough_and_a_huge_one_small_enough(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    write_slide_show([saved(tmp_path / "a.png", drawn(4, 3))], out, silent())
    assert min(probe_video(out).width, probe_video(out).height) >= 64
    write_slide_show([saved(tmp_path / "b.png", drawn(6000, 100))], out, silent())
    assert probe_video(out).width <= 3840


def test_cancelling_leaves_no_file(tmp_path: Path) -> None:
    picture = saved(tmp_path / "a.png", drawn())
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        write_slide_show([picture], tmp_path / "out.mp4", progress)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
