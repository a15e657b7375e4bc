"""Which picture of a file counts: not a cover, a preview or a still."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from av.video.stream import VideoStream

from engine.errors import MissingStream
from engine.media.probe import probe_video
from engine.media.track_probe import probe_audio
from engine.media.waveform import read_waveform
from tests.media.exporting import export
from tests.media.many_streams import PLAIN, Picture, Sound, write_streams

FILM = Picture(disposition=PLAIN)
STILL = Picture("mjpeg", "yuvj420p", (500, 500), n_frames=1, disposition=PLAIN)


def assert_is_film(path: Path) -> None:
    info = probe_video(path)
    assert (info.width, info.height, info.n_frames) == (320, 180, 50)
    assert info.duration_s == pytest.approx(2.0, abs=0.01)
    assert len(read_waveform(path, 8000, 1)) == pytest.approx(16_000, abs=400)
    again = probe_video(export(path, f"out{path.suffix}").out)
    assert (again.width, again.height, again.n_frames) == (320, 180, 50)


@pytest.mark.parametrize("suffix", [".mov", ".mkv", ".mp4"])
def test_a_still_before_the_film_is_not_the_clip(suffix: str, tmp_path: Path) -> None:
    assert_is_film(write_streams(tmp_path / f"clip{suffix}", STILL, FILM, Sound()))


def test_a_still_that_is_the_default_is_not_the_clip(tmp_path: Path) -> None:
    still = Picture(size=(640, 360), n_frames=1, disposition=Disposition.default)
    assert_is_film(write_streams(tmp_path / "clip.mkv", still, FILM, Sound()))


def test_a_cover_attached_to_a_film_is_not_the_clip(tmp_path: Path) -> None:
    cover = Picture("mjpeg", "yuvj420p", (500, 500), 1, Disposition.attached_pic)
    assert_is_film(write_streams(tmp_path / "clip.mp4", FILM, Sound(), cover))


def write_previews(path: Path, rate: Fraction, size: tuple[int, int]) -> Path:
    """A film after one small JPEG a second, both marked as default."""
    with av.open(str(path), "w") as out:
        previews = out.add_stream("mjpeg", rate)
        film = out.add_stream("libx264", 25)
        sound = out.add_stream("aac", 48_000)
        assert isinstance(previews, VideoStream) and isinstance(film, VideoStream)
        previews.width, previews.height = size
        previews.pix_fmt, film.pix_fmt = "yuvj420p", "yuv420p"
        film.width, film.height = 320, 180
        previews.disposition = film.disposition = Disposition.default
        for stream, step in ((previews, 1 / rate), (film, Fraction(1, 25))):
            for n in range(round(2 / step)):
                grey = np.full((stream.height, stream.width, 3), 4 * n, np.uint8)
                frame = av.VideoFrame.from_ndarray(grey, "rgb24")
                frame.pts, frame.time_base = n, step
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((2, 96_000), np.float32), "fltp")
        silence.sample_rate, silence.pts = 48_000, 0
        out.mux([*sound.encode(silence), *sound.encode(None)])
    return path


@pytest.mark.parametrize("suffix", [".mov", ".mkv"])
def test_small_pictures_in_time_with_a_film_are_not_the_clip(suffix: str, tmp_path: Path) -> None:
    path = write_previews(tmp_path / f"clip{suffix}", Fraction(1), (640, 360))
    info = probe_video(path)
    assert (info.width, info.height, info.n_frames) == (320, 180, 50)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_default_films_the_larger_is_the_clip(order: Sequence[int], tmp_path: Path) -> None:
    both = Picture(size=(160, 90)), Picture(size=(320, 180))
    path = write_streams(tmp_path / "clip.mov", *(both[n] for n in order), Sound())
    assert probe_video(path).width == 320


def test_the_default_film_is_the_clip_though_another_is_larger(tmp_path: Path) -> None:
    large = Picture(size=(640, 360), disposition=PLAIN)
    path = write_streams(tmp_path / "clip.mkv", large, Picture(), Sound())
    assert probe_video(path).width == 320


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("song.m4a", Picture(n_frames=1)),
        ("song.mp4", Picture(n_frames=1)),
        ("song.mka", STILL),
        ("song.mkv", Picture(n_frames=1)),
        ("animated.m4a", Picture("mjpeg", "yuvj420p", (500, 500), 10)),
        ("loop.m4a", Picture(n_frames=15)),
    ],
)
def test_music_with_a_cover_holds_no_moving_picture(
    name: str, picture: Picture, tmp_path: Path
) -> None:
    form = "matroska" if name.endswith(("mka", "mkv")) else "mp4"
    path = write_streams(tmp_path / name, Sound(), picture, form=form)
    with pytest.raises(MissingStream, match="holds no moving picture"):
        probe_video(path)
    assert probe_audio(path).duration_s == pytest.approx(2.0, abs=0.05)
    assert len(read_waveform(path, 8000, 1)) == pytest.approx(16_000, abs=400)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_one_frame_without_sound_is_a_clip(suffix: str, tmp_path: Path) -> None:
    info = probe_video(write_streams(tmp_path / f"clip{suffix}", Picture(n_frames=1)))
    assert info.n_frames == 1


def test_a_film_named_as_music_is_still_a_film(tmp_path: Path) -> None:
    path = write_streams(tmp_path / "clip.m4a", Picture(), Sound(), form="mp4")
    assert probe_video(path).n_frames == 50
