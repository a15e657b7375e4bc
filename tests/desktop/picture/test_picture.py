"""The picture, with the process that decodes it: which frame is shown, and what it survives."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.preview.picture import Picture
from desktop.preview.player import Player
from tests.desktop.fake_playback import FakeSound
from tests.numbered_clips import ODD_CLIPS, NumberedClip, number_at, read_number, write_numbered

_MS = 20_000
PLAIN = NumberedClip("plain.mp4", rate=ODD_CLIPS[0].rate * 2, n_frames=120)
VARIABLE = next(clip for clip in ODD_CLIPS if clip.name == "variable.mp4")


class Screen:
    """A picture, and the number that is on it."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._image: QImage | None = None
        self.picture = Picture()
        self.picture.set_size(QSize(320, 180))
        self.picture.frame_changed.connect(self._keep)

    def _keep(self, image: QImage) -> None:
        self._image = image

    def number(self) -> int | None:
        assert self._image is not None
        rows = np.frombuffer(self._image.constBits(), np.uint8)
        return read_number(rows.reshape(self._image.height(), self._image.width(), 4)[..., 1])

    def ask(self, position_s: float, n_frames: int = 0) -> int | None:
        with self._qtbot.waitSignal(self.picture.stepped, timeout=_MS):
            self.picture.step(position_s, n_frames)
        return self.number()


@pytest.fixture
def screen(qtbot: QtBot) -> Iterator[Screen]:
    screen = Screen(qtbot)
    yield screen
    screen.picture.close()


def pid_of(picture: Picture) -> int:
    assert picture._process is not None and picture._process.pid is not None
    return picture._process.pid


def test_positions_and_steps_show_the_frames_of_a_varying_rate(
    qtbot: QtBot, screen: Screen, tmp_path: Path
) -> None:
    screen.picture.load(write_numbered(tmp_path, VARIABLE))
    times_s = VARIABLE.frame_times()
    for position_s in (0.0, times_s[7] + 2e-4, times_s[8] - 3e-3, times_s[-1] + 1.0):
        assert screen.ask(position_s) == number_at(VARIABLE, position_s)
    # As the arrow keys do, which count at 25 frames per second until the picture answers.
    player = Player(screen.picture, FakeSound())
    screen.picture.stepped.connect(player.finish_step)
    player.load(times_s[-1] + 0.04, 25.0)
    player.seek(times_s[20] + 2e-4)
    for n in range(21, 26):
        with qtbot.waitSignal(screen.picture.stepped, timeout=_MS):
            player.step(1)
        assert screen.number() == n
        assert player.position_s == pytest.approx(times_s[n], abs=2e-3)


def test_the_next_clip_is_shown_after_the_window_was_stuck(screen: Screen, tmp_path: Path) -> None:
    screen.picture.load(write_numbered(tmp_path, PLAIN))
    assert screen.ask(0.0) == 0
    screen.picture.follow(0.01, 1.0)
    # Meanwhile all frames that there is room for are sent, and none is taken.
    time.sleep(0.6)
    screen.picture.load(write_numbered(tmp_path, VARIABLE))
    assert screen.ask(VARIABLE.frame_times()[30] + 2e-4) == 30


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_a_crash_of_the_decoder_is_reported_and_the_picture_returns(
    qtbot: QtBot, screen: Screen, tmp_path: Path
) -> None:
    screen.picture.load(write_numbered(tmp_path, PLAIN))
    assert screen.ask(1.0) == 50
    with qtbot.waitSignal(screen.picture.failed, timeout=_MS) as failed:
        os.kill(pid_of(screen.picture), signal.SIGKILL)
    assert failed.args == ["it crashed"]
    # The frame stays, though its memory is gone with the process.
    assert screen.number() == 50
    screen.picture._started_at_s = 0.0
    with qtbot.waitSignal(screen.picture.resumed, timeout=_MS):
        screen.picture.show(1.5)
    assert screen.ask(1.5) == 75


def test_damage_in_the_middle_costs_only_its_frames(screen: Screen, tmp_path: Path) -> None:
    path = write_numbered(tmp_path, PLAIN)
    data = bytearray(path.read_bytes())
    middle = data.find(b"mdat") + (len(data) - data.find(b"mdat")) // 2
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    screen.picture.load(path)
    assert screen.ask(0.0) == 0
    screen.ask(1.2)
    # A keyframe comes every half second.
    assert screen.ask(2.3) == 115


def test_a_clip_that_is_gone_fails_in_words_and_another_one_opens(
    qtbot: QtBot, screen: Screen, tmp_path: Path
) -> None:
    with qtbot.waitSignal(screen.picture.failed, timeout=_MS):
        screen.picture.load(tmp_path / "gone.mp4")
    screen.picture.load(write_numbered(tmp_path, PLAIN))
    assert screen.ask(0.5) == 25
