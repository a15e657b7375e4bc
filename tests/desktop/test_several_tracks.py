"""Several tracks under one clip: list, overview and keys mean the one at the playhead."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.audio.mixer import Source
from desktop.main_window import MainWindow
from engine.arrangement.automation import VolumePoint
from engine.arrangement.editing import set_gain
from tests.desktop.driving import OpenClip, arrangement_of, press, slip_to
from tests.desktop.fake_playback import FakeSound
from tests.desktop.fake_session import CLIP_S, FakeSession, listed_track

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def halves(open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path) -> None:
    """Track 1 under the first half of the clip, track 2 under the second."""
    open_clip(clip_file)
    press(window, Qt.Key.Key_B, CONTROL)
    qtbot.waitUntil(lambda: paths(window) == ["Track 1", "Track 2"])


@pytest.fixture
def playing(halves: None, qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window, playing in the second half, with the first tracks prepared there."""
    window.preview.player.seek(CLIP_S * 0.75)
    window.preview.player.play()
    qtbot.waitUntil(lambda: window.workspace.listening.ahead.idle)
    return window


def paths(window: MainWindow) -> list[str]:
    return [item.track.title for item in arrangement_of(window.workspace).items]


def _has(window: MainWindow, *titles: str) -> bool:
    return paths(window) == list(titles)


def current(window: MainWindow) -> str:
    return str(window.results.view.currentIndex().data())


@pytest.mark.usefixtures("halves")
def test_the_list_marks_the_track_at_the_playhead(window: MainWindow) -> None:
    player = window.preview.player
    assert current(window) == "Track 1"
    player.seek(CLIP_S * 0.75)
    assert current(window) == "Track 2"
    player.seek(1.0)
    assert current(window) == "Track 1"


@pytest.mark.usefixtures("halves")
def test_arrow_keys_compare_from_the_track_at_the_playhead(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.preview.player.seek(CLIP_S * 0.75)
    press(window, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: paths(window) == ["Track 1", "Track 3"])
    assert current(window) == "Track 3"


@pytest.mark.usefixtures("halves")
def test_choosing_the_track_that_plays_leaves_it_as_it_is(qtbot: QtBot, window: MainWindow) -> None:
    window.preview.player.seek(CLIP_S * 0.75)
    slip_to(window, 6.0)
    before = arrangement_of(window.workspace)
    assert before.items[1].track_start_s == 6.0
    press(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: window.preview.player.playing)
    assert window.workspace.arrangement == before


@pytest.mark.usefixtures("halves")
def test_an_export_that_counts_as_a_pick_picks_every_track(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    workspace = window.workspace
    workspace.set_settings(
        replace(workspace.settings, exports_are_picks=True, drag_folder=str(tmp_path))
    )
    window.drag_handle.copy()
    qtbot.waitUntil(
        lambda: [pick.track_title for pick in session.library.picks.all()] == ["Track 1", "Track 2"]
    )


@pytest.mark.usefixtures("halves")
def test_enter_and_the_overview_mean_the_track_at_the_playhead(
    qtbot: QtBot, window: MainWindow, session: FakeSession
) -> None:
    player, overview = window.preview.player, window.preview.editor.overview
    first, second = arrangement_of(window.workspace).items
    assert overview._item == first
    player.seek(CLIP_S * 0.75)
    assert overview._item == second
    window.results.view.setFocus()
    press(window, Qt.Key.Key_Return)

    qtbot.waitUntil(
        lambda: [pick.track_title for pick in session.library.picks.all()] == ["Track 2"]
    )


def test_a_prepared_track_takes_its_place_at_once(
    qtbot: QtBot, playing: MainWindow, session: FakeSession, fake_sound: FakeSound
) -> None:
    n_filled = len(session.filled)
    before = fake_sound.paths[Source.MUSIC]
    for key, title in ((Qt.Key.Key_4, "Track 4"), (Qt.Key.Key_Down, "Track 5")):
        fake_sound.changes.clear()
        press(playing, key)
        # Before any job has run: the music changes, and nothing else.
        ((source, path),) = fake_sound.changes
        assert source is Source.MUSIC
        assert path != before
        qtbot.waitUntil(partial(_has, playing, "Track 1", title))
        assert fake_sound.paths[Source.MUSIC] == path
    # Nothing was rendered that the user had to wait for.
    assert all(ahead for _name, _part, ahead in session.filled[n_filled:])
    assert fake_sound.running


def test_its_undo_plays_what_played_before(
    qtbot: QtBot, playing: MainWindow, session: FakeSession, fake_sound: FakeSound
) -> None:
    changes, before = playing.workspace.changes, fake_sound.paths[Source.MUSIC]
    press(playing, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: paths(playing) == ["Track 1", "Track 4"] and not changes.busy)
    after = fake_sound.paths[Source.MUSIC]
    n_filled = len(session.filled)
    fake_sound.changes.clear()
    press(playing, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: paths(playing) == ["Track 1", "Track 2"])
    changes.redo()
    qtbot.waitUntil(lambda: paths(playing) == ["Track 1", "Track 4"])
    assert fake_sound.changes == [(Source.MUSIC, before), (Source.MUSIC, after)]
    assert all(ahead for _name, _part, ahead in session.filled[n_filled:])


def test_candidates_are_those_of_the_piece_at_the_playhead(
    qtbot: QtBot, playing: MainWindow, fake_sound: FakeSound
) -> None:
    ahead = playing.workspace.listening.ahead
    playing.preview.player.seek(1.0)
    qtbot.waitUntil(lambda: ahead.idle)
    fake_sound.changes.clear()
    press(playing, Qt.Key.Key_4)
    assert len(fake_sound.changes) == 1
    qtbot.waitUntil(lambda: paths(playing) == ["Track 4", "Track 2"])


def test_a_switch_needs_no_other_candidates_and_an_edit_does(
    qtbot: QtBot, playing: MainWindow, session: FakeSession, fake_sound: FakeSound
) -> None:
    ahead, changes = playing.workspace.listening.ahead, playing.workspace.changes
    prepared = set(ahead._ready)
    press(playing, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: not changes.busy and paths(playing)[1] == "Track 4")
    assert set(ahead._ready) == prepared
    # The other piece has other music: candidates contain it.
    playing.workspace.edit(lambda now: set_gain(now, 0, -3.0))
    assert not set(ahead._ready) & prepared
    qtbot.waitUntil(lambda: ahead.idle)
    press(playing, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: paths(playing)[1] == "Track 5")
    assert arrangement_of(playing.workspace).items[0].gain_db == -3.0


def test_levels_and_volume_points_change_no_candidates(qtbot: QtBot, playing: MainWindow) -> None:
    workspace = playing.workspace
    prepared = set(workspace.listening.ahead._ready)
    workspace.set_levels(-9.0, -3.0)
    workspace.edit(lambda now: replace(now, volume=(VolumePoint(10, -6.0),)))
    assert set(workspace.listening.ahead._ready) == prepared
    press(playing, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: paths(playing)[1] == "Track 4")
    now = arrangement_of(workspace)
    assert (now.music_gain_db, now.clip_gain_db) == (-9.0, -3.0)
    assert now.volume == (VolumePoint(10, -6.0),)


def test_nine_tracks_are_prepared_and_those_of_a_piece_that_begins_soon(
    qtbot: QtBot, halves: None, window: MainWindow, session: FakeSession
) -> None:
    ahead, player = window.workspace.listening.ahead, window.preview.player
    session.tracks = [listed_track(number, session.folder) for number in range(1, 13)]
    with qtbot.waitSignal(window.workspace.ranked):
        window.results.rank_again()
    player.seek(CLIP_S * 0.75)
    qtbot.waitUntil(lambda: ahead.idle)
    assert ahead.n_prepared == 9
    # The second half begins in two seconds.
    player.seek(0.0)
    qtbot.waitUntil(lambda: ahead.idle)
    assert ahead.n_prepared == 18


def test_the_playhead_enters_a_piece_whose_tracks_are_prepared(
    qtbot: QtBot, playing: MainWindow, fake_sound: FakeSound
) -> None:
    player, ahead = playing.preview.player, playing.workspace.listening.ahead
    player.seek(0.5)
    qtbot.waitUntil(lambda: ahead.idle)
    fake_sound.changes.clear()
    fake_sound.now_s = CLIP_S / 2 + 0.1
    player._tick()
    press(playing, Qt.Key.Key_4)
    assert len(fake_sound.changes) == 1
    qtbot.waitUntil(lambda: paths(playing) == ["Track 1", "Track 4"])
