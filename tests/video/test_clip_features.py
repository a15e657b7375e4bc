"""Features of clips that are drawn for the test."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.visual import VisualEncoder
from engine.errors import Cancelled
from engine.media.probe import probe_video
from engine.progress import Progress, silent
from engine.video.clip_features import VideoFeatures, describe_image, describe_video
from engine.video.descriptors import N_DESCRIPTORS

WriteClip = Callable[..., Path]
SIZE = (320, 180)


class MeanColours:
    """In place of the network: an embedding with the mean colours of the frame."""

    def __init__(self, frame_size: int = 224) -> None:
        self.frame_size = frame_size
        self.features_version = "video-0:mean"
        self.batches: list[int] = []

    def embed(self, frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        assert frames.shape[1:] == (self.frame_size, self.frame_size, 3)
        assert frames.dtype == np.uint8
        self.batches.append(len(frames))
        out = np.zeros((len(frames), 1280), np.float32)
        out[:, :3] = frames.mean(axis=(1, 2))
        return out


def solid(n: int) -> npt.NDArray[np.uint8]:
    """Dark blue for two seconds, then bright orange."""
    return np.full((SIZE[1], SIZE[0], 3), (20, 20, 80) if n < 50 else (240, 160, 40), np.uint8)


def scene(n: int, length: int = 40) -> npt.NDArray[np.uint8]:
    """A texture that moves by two pixels per frame; a new one every `length` frames."""
    coarse = np.random.default_rng(n // length).integers(0, 256, (12, 24, 3), np.uint8)
    texture = cv2.resize(coarse, (480, 180), interpolation=cv2.INTER_CUBIC)
    left = 2 * (n % length)
    return np.ascontiguousarray(texture[:, left : left + 320], np.uint8)


def describe(path: Path) -> VideoFeatures:
    return describe_video(probe_video(path), MeanColours(), silent())[0]


def test_vector_holds_embeddings_and_descriptors(write_clip: WriteClip, tmp_path: Path) -> None:
    encoder = MeanColours()
    info = probe_video(write_clip(tmp_path / "clip.mp4", n_frames=100, size=SIZE, draw=solid))
    features, _ = describe_video(info, encoder, silent())
    assert features.vector.shape == (2560 + N_DESCRIPTORS,)
    assert features.version == "video-0:mean"
    # Half of the eight samples dark blue, half orange: mean 130, 90, 60, deviation 110, 70, 20.
    assert features.vector[:3] == pytest.approx([130, 90, 60], abs=4)
    assert features.vector[1280:1283] == pytest.approx([110, 70, 20], abs=4)
    assert np.array_equal(features.vector[2560:], features.descriptors.as_vector())
    # Two views of each sample.
    assert sum(encoder.batches) == 16
    assert max(encoder.batches) <= 16


def test_light_and_colour(write_clip: WriteClip, tmp_path: Path) -> None:
    found = describe(
        write_clip(tmp_path / "clip.mp4", n_frames=100, size=SIZE, draw=solid)
    ).descriptors
    # Luma of the two: 0.095 and 0.660; red minus blue: -0.235 and 0.784.
    assert found.brightness == pytest.approx((0.095 + 0.660) / 2, abs=0.02)
    assert found.warmth == pytest.approx((0.784 - 0.235) / 2, abs=0.02)
    # One step of seven is a change.
    assert found.brightness_change == pytest.approx((0.660 - 0.095) / 7, abs=0.01)
    assert found.warmth_change == pytest.approx((0.784 + 0.235) / 7, abs=0.01)
    assert found.contrast < 0.02
    assert found.cuts_s.tolist() == pytest.approx([2.0], abs=0.05)


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx264", ()),
        ("libx264", (("g", "1000"), ("sc_threshold", "0"), ("preset", "ultrafast"))),
        ("libvpx-vp9", (("deadline", "realtime"), ("cpu-used", "8"))),
    ],
)
def test_known_cuts_are_found(
    write_clip: WriteClip, tmp_path: Path, codec: str, options: tuple[tuple[str, str], ...]
) -> None:
    # A cut every 40 frames at 25 per second, with movement in each shot.
    path = write_clip(
        tmp_path / "clip.mkv", codec=codec, options=options, n_frames=240, size=SIZE, draw=scene
    )
    found = describe(path).descriptors
    assert found.cuts_s.tolist() == pytest.approx([1.6, 3.2, 4.8, 6.4, 8.0], abs=0.085)
    assert found.cut_rate_per_min == pytest.approx(5 / 9.6 * 60, rel=0.03)
    # Two of 320 pixels per frame are 0.156 of the width per second.
    assert found.motion_mean == pytest.approx(2 / 320 * 25, rel=0.2)


def test_intra_only_clips_have_cuts_too(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "clip.mov",
        codec="prores_ks",
        pixel_format="yuv422p10le",
        n_frames=120,
        size=SIZE,
        draw=scene,
    )
    cuts_s = describe(path).descriptors.cuts_s
    # Only every fifth frame is decoded, so a cut may be found that much late.
    assert len(cuts_s) == 2
    assert 1.6 <= cuts_s[0] <= 1.84
    assert 3.2 <= cuts_s[1] <= 3.44


@pytest.mark.parametrize("name", ["flash", "pan", "fade"])
def test_flash_pan_and_fade_are_not_cuts(write_clip: WriteClip, tmp_path: Path, name: str) -> None:
    def draw(n: int) -> npt.NDArray[np.uint8]:
        frame = scene(n % 80, length=80)
        if name == "flash" and n in (30, 31):
            return np.full_like(frame, 255)
        if name == "fade":
            return (frame * (1 - min(n, 70) / 80)).astype(np.uint8)
        if name == "pan":
            return np.roll(scene(0), 12 * n, axis=1)
        return frame

    path = write_clip(tmp_path / "clip.mp4", n_frames=80, size=SIZE, draw=draw)
    assert describe(path).descriptors.cuts_s.tolist() == []


def test_the_motion_curve_follows_the_motion(write_clip: WriteClip, tmp_path: Path) -> None:
    # Still for five seconds, then moving.
    path = write_clip(
        tmp_path / "clip.mp4",
        n_frames=250,
        size=SIZE,
        draw=lambda n: scene(max(n - 125, 0) // 2, length=100),
    )
    curve = describe(path).descriptors.motion_curve
    assert len(curve) == 10
    assert curve[:5].max() < 0.01
    assert curve[5:].min() > 0.04


def test_a_single_frame_is_like_a_still_image(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=1, size=SIZE, sound=None, draw=solid)
    found = describe(path).descriptors
    assert found.motion_mean == found.motion_std == found.cut_rate_per_min == 0
    assert found.brightness_change == 0
    still = describe_image(solid(0), MeanColours())
    assert still.descriptors.brightness == pytest.approx(found.brightness, abs=0.02)
    assert still.vector.shape == (2560 + N_DESCRIPTORS,)
    assert still.vector[1280:2560].max() == 0


def test_a_network_may_take_larger_frames(write_clip: WriteClip, tmp_path: Path) -> None:
    # Larger than the short side of a usual sample, as EfficientNet-Lite2's and beyond.
    info = probe_video(write_clip(tmp_path / "clip.mp4", n_frames=100, size=SIZE, draw=solid))
    for size in (260, 300):
        features, _ = describe_video(info, MeanColours(size), silent())
        assert features.vector[:3] == pytest.approx([130, 90, 60], abs=4)
        still = describe_image(solid(99), MeanColours(size))
        assert still.vector[:3] == pytest.approx([240, 160, 40], abs=1)


@pytest.mark.parametrize("shape", [(40, 30), (1000, 300), (100, 1000)])
def test_stills_of_any_shape(shape: tuple[int, int]) -> None:
    features = describe_image(np.full((*shape, 3), 99, np.uint8), MeanColours())
    assert features.vector[:3] == pytest.approx([99, 99, 99])


@pytest.mark.parametrize(("n_frames", "n_strip"), [(1, 1), (75, 8), (500, 12)])
def test_filmstrip(write_clip: WriteClip, tmp_path: Path, n_frames: int, n_strip: int) -> None:
    path = write_clip(
        tmp_path / "clip.mp4", n_frames=n_frames, size=SIZE, sound=None, rate=Fraction(25)
    )
    _, strip = describe_video(probe_video(path), MeanColours(), silent())
    assert len(strip) == n_strip
    assert all(frame.pixels.shape == (90, 160, 3) for frame in strip)
    times = [frame.time_s for frame in strip]
    assert times == sorted(times)
    # The white bar has grown to n / n_frames of the width.
    for frame in strip:
        share = (round(frame.time_s * 25) + 1) / n_frames
        assert frame.pixels.mean() / 255 == pytest.approx(share, abs=0.02)


def test_cancel_stops(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "clip.mp4", n_frames=50))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        describe_video(info, MeanColours(), progress)


def test_a_part_has_the_samples_cuts_and_motion_in_it(
    write_clip: WriteClip, tmp_path: Path
) -> None:
    # Ten seconds, one sample each; a cut every two seconds.
    path = write_clip(
        tmp_path / "clip.mp4", n_frames=250, size=SIZE, draw=lambda n: scene(n, length=50)
    )
    whole = describe(path)
    part = whole.part(4.0, 9.0, 10.0)
    assert part.times_s.tolist() == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5], abs=0.05)
    assert np.array_equal(part.embeddings, whole.embeddings[4:9])
    assert part.content[:3] == pytest.approx(whole.embeddings[4:9, :3].mean(axis=0), rel=1e-3)
    # The cut where the part starts isn't one of its own.
    assert part.descriptors.cuts_s.tolist() == pytest.approx([2.0, 4.0], abs=0.085)
    assert part.descriptors.cut_rate_per_min == pytest.approx(24, rel=0.05)
    assert np.array_equal(part.descriptors.motion_curve, whole.descriptors.motion_curve[4:9])
    assert part.descriptors.brightness == pytest.approx(whole.colours[4:9, 0].mean())
    assert part.vector.shape == whole.vector.shape


def test_a_part_between_samples_has_the_closest_one(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=250, size=SIZE, draw=solid)
    part = describe(path).part(0.6, 0.9, 10.0)
    assert len(part.embeddings) == len(part.descriptors.motion_curve) == 1
    assert part.embeddings[0, 2] > part.embeddings[0, 0]


def test_features_are_checked_and_stored_whole(write_clip: WriteClip, tmp_path: Path) -> None:
    features = describe(write_clip(tmp_path / "clip.mp4", n_frames=25, size=SIZE))
    arrays = features.to_arrays()
    read = VideoFeatures.from_arrays(arrays, features.version)
    assert np.array_equal(read.vector, features.vector)
    for damaged in (
        {name: array for name, array in arrays.items() if name != "colours"},
        {**arrays, "version": np.array("video-0")},
        {**arrays, "times_s": arrays["times_s"][1:]},
        {**arrays, "embeddings": arrays["embeddings"].astype(np.float64)},
    ):
        with pytest.raises(ValueError, match=r"incomplete|version|times_s|embeddings"):
            VideoFeatures.from_arrays(damaged, features.version)


def noise(n: int, level: int = 0) -> npt.NDArray[np.uint8]:
    """A frame of one grey level with a camera's noise."""
    change = np.random.default_rng(n).normal(level, 6, (SIZE[1], SIZE[0], 3))
    return np.clip(change, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "draw",
    [
        lambda n: noise(n),
        lambda n: noise(n, 140),
        lambda n: np.full((SIZE[1], SIZE[0], 3), (30, 80, 200), np.uint8),
        lambda n: np.full((SIZE[1], SIZE[0], 3), min(5 * n, 255), np.uint8),
    ],
)
def test_there_is_nothing_to_see_in_plain_frames(
    write_clip: WriteClip, tmp_path: Path, draw: Callable[[int], npt.NDArray[np.uint8]]
) -> None:
    path = write_clip(
        tmp_path / "clip.mp4", n_frames=60, size=SIZE, draw=draw, options=(("crf", "32"),)
    )
    features = describe(path)
    assert features.n_seen == 0
    assert not features.seen.any()
    assert np.isfinite(features.vector).all()


def test_a_plain_picture_between_bars_shows_nothing() -> None:
    frame = np.zeros((180, 320, 3), np.uint8)
    frame[:, 100:220] = 90
    assert describe_image(frame, MeanColours()).n_seen == 0


def test_black_samples_and_fades_do_not_count(write_clip: WriteClip, tmp_path: Path) -> None:
    def draw(n: int) -> npt.NDArray[np.uint8]:
        # Black for two seconds, faded in within one.
        brightness = min(max(n - 50, 0) / 25, 1)
        return (scene(n, length=100) * brightness).astype(np.uint8)

    features = describe(write_clip(tmp_path / "clip.mp4", n_frames=250, size=SIZE, draw=draw))
    assert features.seen.tolist() == [False] * 2 + [True] * 8
    assert features.content[:3] == pytest.approx(features.embeddings[2:, :3].mean(axis=0), rel=0.01)


def test_a_dark_clip_is_seen(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=100, size=SIZE, draw=lambda n: scene(n) // 12)
    assert describe(path).n_seen == 8


def test_borders_change_neither_colour_nor_motion(write_clip: WriteClip, tmp_path: Path) -> None:
    def framed(n: int) -> npt.NDArray[np.uint8]:
        frame = np.zeros((540, 320, 3), np.uint8)
        frame[180:360] = scene(n)
        return frame

    plain = describe(write_clip(tmp_path / "plain.mp4", n_frames=160, size=SIZE, draw=scene))
    path = write_clip(tmp_path / "framed.mp4", n_frames=160, size=(320, 540), draw=framed)
    barred = describe(path)
    for name in ("brightness", "contrast", "saturation", "warmth"):
        wanted = getattr(plain.descriptors, name)
        assert getattr(barred.descriptors, name) == pytest.approx(wanted, abs=0.01), name
    assert barred.descriptors.motion_mean == pytest.approx(plain.descriptors.motion_mean, rel=0.15)
    assert barred.content[:3] == pytest.approx(plain.content[:3], rel=0.04)


@pytest.mark.parametrize("rotation_deg", [0, 90, 270])
def test_motion_is_measured_within_the_borders_of_turned_clips(
    write_clip: WriteClip, tmp_path: Path, rotation_deg: int
) -> None:
    # Bars at two sides of the coded frame, the picture off its middle.
    def framed(n: int) -> npt.NDArray[np.uint8]:
        frame = np.zeros((180, 640, 3), np.uint8)
        frame[:, 20:340] = scene(n)
        return frame

    path = write_clip(
        tmp_path / "clip.mp4", n_frames=120, size=(640, 180), draw=framed, rotation_deg=rotation_deg
    )
    assert describe(path).descriptors.motion_mean == pytest.approx(2 / 320 * 25, rel=0.2)


@pytest.mark.parametrize("options", [(("crf", "23"),), (("crf", "40"), ("g", "25"))])
def test_a_still_encoded_as_a_clip_is_a_still(
    shared_data: Path,
    write_clip: WriteClip,
    tmp_path: Path,
    options: tuple[tuple[str, str], ...],
) -> None:
    image = cv2.imread(str(shared_data / "oasis" / "acorns_1.jpg"))
    assert image is not None
    photo = np.asarray(cv2.cvtColor(cv2.resize(image, SIZE), cv2.COLOR_BGR2RGB), np.uint8)
    encoder = VisualEncoder.load()
    assert describe_image(photo, encoder).is_still
    path = write_clip(
        tmp_path / "still.mp4", n_frames=125, size=SIZE, draw=lambda _: photo, options=options
    )
    assert describe_video(probe_video(path), encoder, silent())[0].is_still
    # The same photograph, slowly moved.
    large = np.asarray(cv2.resize(photo, (480, 270)), np.uint8)
    path = write_clip(
        tmp_path / "moved.mp4",
        n_frames=125,
        size=SIZE,
        draw=lambda n: np.ascontiguousarray(large[n // 2 : n // 2 + 180, n : n + 320]),
        options=options,
    )
    assert not describe_video(probe_video(path), encoder, silent())[0].is_still
