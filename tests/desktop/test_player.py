import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.preview.player import Player
from tests.desktop.fake_playback import FakePicture, FakeSound


@pytest.fixture
def clock(fake_sound: FakeSound) -> FakeSound:
    return fake_sound


@pytest.fixture(autouse=True)
def loaded(player: Player) -> None:
    player.load(4.0, 25.0)


def test_the_playhead_is_where_the_clock_is(
    qtbot: QtBot, player: Player, picture: FakePicture, clock: FakeSound
) -> None:
    player.play()
    clock.now_s = 1.25
    with qtbot.waitSignal(player.moved, check_params_cb=lambda s: s == 1.25):
        pass
    assert picture.followed[-1] == (1.25, 1.0)
    player.pause()
    assert player.position_s == 1.25
    assert not clock.running


def test_stops_at_the_end_and_starts_again_from_the_start(
    qtbot: QtBot, player: Player, clock: FakeSound
) -> None:
    player.play()
    clock.now_s = 4.01
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda on: not on):
        pass
    assert player.position_s == 4.0
    player.play()
    assert clock.now_s == 0.0


def test_l_plays_faster_each_time_and_k_pauses(player: Player, clock: FakeSound) -> None:
    speeds = []
    for _ in range(4):
        player.shuttle(1)
        speeds.append(clock.speed)
    assert speeds == [1.0, 2.0, 4.0, 4.0]
    player.pause()
    assert player.speed == 1.0


def test_j_plays_in_reverse_and_l_forward_again(player: Player, clock: FakeSound) -> None:
    player.seek(3.0)
    player.shuttle(-1)
    player.shuttle(-1)
    assert clock.speed == -2.0
    player.shuttle(1)
    assert clock.speed == 1.0


def test_reverse_playback_stops_at_the_start(
    qtbot: QtBot, player: Player, clock: FakeSound
) -> None:
    player.seek(1.0)
    player.shuttle(-1)
    clock.now_s = -0.1
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda on: not on):
        pass
    assert player.position_s == 0.0


def test_a_part_is_played_in_a_loop(qtbot: QtBot, player: Player, clock: FakeSound) -> None:
    player.set_loop((1.0, 2.0))
    player.seek(3.0)
    player.play()
    assert clock.now_s == 1.0
    assert (clock.loop, player.playing) == ((1.0, 2.0), True)
    # The sound goes back by itself; between two reports the position runs on a little.
    clock.now_s = 2.01
    with qtbot.waitSignal(player.moved, check_params_cb=lambda s: 1.99 < s < 2.0):
        pass
    assert clock.now_s == 2.01
    clock.now_s = 1.02
    with qtbot.waitSignal(player.moved, check_params_cb=lambda s: s == 1.02):
        pass
    player.seek(3.0)
    with qtbot.waitSignal(player.moved, check_params_cb=lambda s: s == 1.0):
        pass
    assert player.playing
    player.set_loop(None)
    assert clock.loop is None
    clock.now_s = 2.01
    with qtbot.waitSignal(player.moved, check_params_cb=lambda s: s == 2.01):
        pass


def test_a_step_is_one_frame_and_pauses(player: Player, clock: FakeSound) -> None:
    player.play()
    clock.now_s = 1.0
    player.step(1)
    assert not player.playing
    assert player.position_s == pytest.approx(26 * 0.04 + 0.0004)
    player.step(-1)
    assert player.position_s == pytest.approx(25 * 0.04 + 0.0004)


def test_the_picture_says_which_frame_a_step_reached(player: Player, picture: FakePicture) -> None:
    player.seek(1.03)
    player.step(1)
    # Another step before the first one is done counts from where that began.
    player.step(1)
    assert picture.stepped == [(1.03, 1), (1.03, 2)]
    player.finish_step(1.35)
    assert player.position_s == 1.35
    player.step(-1)
    assert picture.stepped[-1] == (1.35, -1)


def test_a_step_that_is_no_longer_wanted_moves_nothing(player: Player) -> None:
    player.step(1)
    player.seek(2.0)
    player.finish_step(0.04)
    assert player.position_s == 2.0


def test_steps_stay_within_the_clip(player: Player) -> None:
    player.step(-1)
    assert player.position_s == pytest.approx(0.0004)
    player.seek(4.0)
    player.step(1)
    assert player.position_s == pytest.approx(99 * 0.04 + 0.0004)


def test_playback_continues_after_a_seek(player: Player, clock: FakeSound) -> None:
    player.play()
    player.seek(2.0)
    assert clock.now_s == 2.0
    assert clock.running
    player.seek(-3.0)
    assert player.position_s == 0.0
    player.skip(1.0)
    assert player.position_s == 1.0


def test_nothing_plays_without_a_clip(qapp: QApplication, clock: FakeSound) -> None:
    player = Player(FakePicture(), clock)
    player.play()
    assert not player.playing
