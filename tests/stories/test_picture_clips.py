"""Pictures as clips: written once, kept with the user's data, told from films and albums."""

import os
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from engine.errors import MediaUnreadable
from engine.paths import data_dir
from engine.progress import silent
from engine.stories.analyse import analyse_clip
from engine.stories.picture_clips import is_photo_folder, probe_clip


def picture(path: Path, grey: int = 120) -> Path:
    assert cv2.imwrite(str(path), np.full((90, 160, 3), grey, np.uint8))
    return path


def one_frame(path: Path) -> Path:
    with av.open(str(path), "w") as target:
        stream = target.add_stream("mpeg4", 25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.full((90, 160, 3), 99, np.uint8), "rgb24")
        target.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def test_a_picture_becomes_a_clip_of_its_name_once(tmp_path: Path) -> None:
    photo = picture(tmp_path / "Beach at dawn.jpg")
    info = probe_clip(photo, silent())
    assert (info.path.name, info.duration_s) == ("Beach at dawn.mp4", 5.0)
    assert data_dir() in info.path.parents
    written = info.path.stat().st_mtime_ns
    assert probe_clip(photo, silent()) == info
    assert info.path.stat().st_mtime_ns == written
    # Opened again as the clip that it is.
    assert probe_clip(info.path, silent()) == info


def test_another_picture_of_the_same_name_is_another_clip(tmp_path: Path) -> None:
    first = probe_clip(picture(tmp_path / "a.png", 10), silent())
    second = probe_clip(picture(tmp_path / "a.png", 200), silent())
    assert first.path != second.path
    assert first.path.name == second.path.name


def test_a_folder_of_photographs_is_one_clip_and_says_what_is_left_out(tmp_path: Path) -> None:
    for number in range(3):
        picture(tmp_path / f"{number}.png", 60 * number)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    info = probe_clip(tmp_path, silent())
    assert info.duration_s == 12.0
    assert "broken.jpg" in info.warnings[-1]
    # Also when the clip is there already.
    assert probe_clip(tmp_path, silent()).warnings == info.warnings


def test_another_number_of_pictures_that_are_left_out_is_another_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stories.picture_clips.MAX_PHOTOS", 1)
    monkeypatch.setattr("engine.media.slide_show.MAX_PHOTOS", 1)
    for number in range(1, 4):
        picture(tmp_path / f"{number}.png", 60 * number)
        info = probe_clip(tmp_path, silent())
        left_out = [text for text in info.warnings if "left out" in text]
        assert len(left_out) == (number > 1)
        assert all(f"; {number - 1} more" in text for text in left_out)


def test_a_folder_without_pictures_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    with pytest.raises(MediaUnreadable, match="nothing"):
        probe_clip(folder, silent())


def test_a_film_of_one_frame_is_a_still_of_five_seconds(tmp_path: Path) -> None:
    info = probe_clip(one_frame(tmp_path / "one.mp4"), silent())
    assert (info.duration_s, info.n_frames) == (5.0, 125)


def test_a_film_stays_as_it_is(tmp_path: Path, write_clip: Callable[..., Path]) -> None:
    film = write_clip(tmp_path / "film.mp4")
    assert probe_clip(film, silent()).path == film
    # Also when it is named like a picture.
    named = film.rename(tmp_path / "film.jpg")
    assert probe_clip(named, silent()).path == named


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_odd_names_of_pictures_are_safe(tmp_path: Path) -> None:
    info = probe_clip(picture(tmp_path / "a:b*..jpg"), silent())
    assert info.path.name == "ab.mp4"


def test_albums_of_music_with_covers_are_no_photo_folders(tmp_path: Path) -> None:
    picture(tmp_path / "cover.jpg")
    assert is_photo_folder(tmp_path)
    (tmp_path / "disc 1").mkdir()
    (tmp_path / "disc 1" / "01.mp3").write_bytes(b"x")
    assert not is_photo_folder(tmp_path)
    assert not is_photo_folder(tmp_path / "disc 1")
    assert not is_photo_folder(tmp_path / "gone")


def test_the_analysis_knows_which_picture_its_clip_was_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.video.cache.load_analysis", lambda *_: ("features", ()))
    photo = picture(tmp_path / "beach.jpg")
    analysis = analyse_clip(photo, silent())
    assert analysis.info.path.name == "beach.mp4"
    assert analysis.opened_path == photo
    assert analyse_clip(analysis.info.path, silent()).source is None
