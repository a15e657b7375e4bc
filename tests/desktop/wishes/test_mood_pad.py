"""The mood pad in the window, on a session without an engine."""

from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.wishes.mood_pad import MoodPad
from desktop.wishes.mood_plane import MoodPlane
from engine.progress import Progress
from engine.ranking.affect_area import AffectArea
from engine.ranking.query import Correction
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations
from tests.desktop.driving import NO_MODIFIER, OpenClip, title_and_start
from tests.desktop.wishes.conftest import BY_PICTURE, POINTS, MoodSession

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pad(window: MainWindow, open_clip: OpenClip, clip_file: Path) -> MoodPad:
    """The pad of an open clip, shown in the panel."""
    window.resize(1400, 1000)
    open_clip(clip_file)
    window.results.mood_dock.button.setChecked(True)
    QApplication.processEvents()
    assert window.results.mood.plane.isVisible()
    return window.results.mood


def place(plane: MoodPlane, valence: float, arousal: float) -> QPoint:
    return plane.scale.to_pixels(valence, arousal).toPoint()


def drag(
    plane: MoodPlane, *moods: tuple[float, float], modifiers: Qt.KeyboardModifier = NO_MODIFIER
) -> None:
    """Press at the first mood, move over the others, and release at the last one."""
    first, last = place(plane, *moods[0]), place(plane, *moods[-1])
    QTest.mousePress(plane, LEFT, modifiers, first)
    for mood in moods[1:]:
        local = QPointF(place(plane, *mood))
        where = QPointF(plane.mapToGlobal(local))
        kind = QEvent.Type.MouseMove
        QApplication.sendEvent(
            plane, QMouseEvent(kind, local, where, Qt.MouseButton.NoButton, LEFT, modifiers)
        )
    QTest.mouseRelease(plane, LEFT, modifiers, last)


def asked(window: MainWindow) -> Correction:
    return window.workspace.request.options.correction


def test_the_pad_shows_what_the_picture_wants(pad: MoodPad) -> None:
    assert pad.plane.mood == pytest.approx(BY_PICTURE)
    assert (pad.valence.value(), pad.arousal.value()) == (30, -20)
    assert not pad.reset.isEnabled()
    assert pad._words.whole_text == "The picture wants: happy, calm"


def test_dragging_the_point_asks_for_another_mood_and_back(
    qtbot: QtBot, window: MainWindow, pad: MoodPad, session: MoodSession
) -> None:
    with qtbot.waitSignal(window.workspace.ranked):
        drag(pad.plane, BY_PICTURE, (-0.2, 0.1), (-0.6, 0.5))
    qtbot.waitUntil(lambda: session.asked_moods[-1] == pytest.approx((-0.6, 0.5), abs=0.02))
    qtbot.waitUntil(lambda: pad.reset.isEnabled())
    # What the picture wants is still said.
    assert pad._words.whole_text == "The picture wants: happy, calm · you want: sad, energetic"
    assert pad.valence.value() == pytest.approx(-60, abs=2)
    assert [chip.wish.label for chip in window.results.wishes.chips] == ["mood: sad, energetic"]
    with qtbot.waitSignal(window.workspace.ranked):
        QTest.mouseDClick(pad.plane, LEFT, NO_MODIFIER, place(pad.plane, 0.0, 0.95))
    qtbot.waitUntil(lambda: session.asked_moods[-1] == (None, None))
    assert pad.plane.mood == pytest.approx(BY_PICTURE)
    assert window.results.wishes.isHidden()


def test_a_drag_never_queues_up_rankings(
    qtbot: QtBot,
    window: MainWindow,
    pad: MoodPad,
    session: MoodSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Event()
    plain = MoodSession.recommend
    n_before = len(session.asked_options)

    def slow(
        self: MoodSession, clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Recommendations:
        assert gate.wait(10)
        return plain(self, clip, options, progress)

    monkeypatch.setattr(MoodSession, "recommend", slow)
    moods = [(round(-0.9 + 0.04 * n, 2), 0.9) for n in range(40)]
    drag(pad.plane, *moods)
    assert window.runner.n_running <= 2
    # The point is where the pointer is, however long the ranking takes.
    assert pad.plane.mood == pytest.approx(moods[-1], abs=0.02)
    gate.set()
    qtbot.waitUntil(lambda: session.asked_moods[-1] == pytest.approx(moods[-1], abs=0.02))
    assert len(session.asked_options) - n_before == 2
    assert pad.plane.mood == pytest.approx(moods[-1], abs=0.02)


def test_what_another_control_changes_meanwhile_counts(
    qtbot: QtBot, window: MainWindow, pad: MoodPad, session: MoodSession
) -> None:
    window.workspace.rank()
    drag(pad.plane, (0.5, 0.9), (0.6, 0.95))
    window.workspace.request.update(text="piano")
    qtbot.waitUntil(lambda: session.asked_options[-1].correction.has_affect)
    assert session.asked_options[-1].text == "piano"
    window.workspace.rank()
    drag(pad.plane, (-0.5, 0.9), (-0.6, 0.95))
    window.workspace.request.clear()
    qtbot.waitUntil(lambda: pad.plane.mood == pytest.approx(BY_PICTURE))
    assert not asked(window)


def test_shift_or_the_tool_draws_an_area(
    qtbot: QtBot, window: MainWindow, pad: MoodPad, session: MoodSession
) -> None:
    drag(pad.plane, (-0.9, 0.9), (-0.1, 0.4), modifiers=SHIFT)
    qtbot.waitUntil(lambda: session.asked_options[-1].area is not None)
    area = session.asked_options[-1].area
    assert area is not None
    assert (*area.valence, *area.arousal) == pytest.approx((-0.9, -0.1, 0.4, 0.9), abs=0.03)
    chips = [chip.wish.label for chip in window.results.wishes.chips]
    assert chips == ["mood around: sad, energetic"]
    pad.draw_area.click()
    drag(pad.plane, (0.1, -0.1), (0.8, -0.9))
    # It is off again once an area is drawn; dragging then moves the point, which ends the area.
    assert not pad.draw_area.isChecked()
    qtbot.waitUntil(lambda: session.asked_options[-1].area not in (None, area))
    qtbot.waitUntil(lambda: not pad.is_ranking)
    drag(pad.plane, (0.9, 0.9), (0.8, 0.8))
    qtbot.waitUntil(lambda: session.asked_options[-1].area is None)
    assert asked(window).has_affect


def test_a_click_with_shift_draws_nothing(window: MainWindow, pad: MoodPad) -> None:
    QTest.mouseClick(pad.plane, LEFT, SHIFT, place(pad.plane, 0.5, 0.5))
    assert window.workspace.request.options.area is None
    assert not asked(window)


def test_a_click_on_a_dot_chooses_its_track(
    qtbot: QtBot, window: MainWindow, pad: MoodPad, session: MoodSession
) -> None:
    n_before = len(session.asked_options)
    with qtbot.waitSignal(window.workspace.music_changed):
        QTest.mouseClick(pad.plane, LEFT, NO_MODIFIER, place(pad.plane, *POINTS[3]))
    assert title_and_start(window.workspace)[0] == session.tracks[3].title
    assert not asked(window)
    assert len(session.asked_options) == n_before
    # A drag that begins on a dot moves the point all the same.
    drag(pad.plane, POINTS[1], (0.2, 0.9))
    qtbot.waitUntil(lambda: asked(window).has_affect)


def test_a_dot_is_named_under_the_pointer(
    pad: MoodPad, session: MoodSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: shown.append(text))
    for mood in (POINTS[0], (0.0, 0.95)):
        at = place(pad.plane, *mood)
        event = QHelpEvent(QEvent.Type.ToolTip, at, pad.plane.mapToGlobal(at))
        QApplication.sendEvent(pad.plane, event)
    assert shown == [f"<p>1. {session.tracks[0].title}</p>", ""]


def test_the_sliders_say_one_thing_at_a_time(
    qtbot: QtBot, window: MainWindow, pad: MoodPad, session: MoodSession
) -> None:
    pad.valence.setValue(-50)
    qtbot.waitUntil(lambda: session.asked_moods[-1] == (-0.5, None))
    # The other axis follows the picture.
    assert pad.arousal.value() == -20
    qtbot.waitUntil(lambda: not pad.is_ranking)
    QTest.keyClick(pad.arousal, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.asked_moods[-1] == (-0.5, -0.15))
    assert pad.valence.accessibleName() == "Valence, from sad to happy"
    assert pad.arousal.accessibleName() == "Arousal, from calm to energetic"
    pad.reset.click()
    qtbot.waitUntil(lambda: session.asked_moods[-1] == (None, None))
    assert pad.valence.value() == 30


def test_arrows_move_the_point_and_del_goes_back(
    qtbot: QtBot, window: MainWindow, pad: MoodPad, session: MoodSession
) -> None:
    plane = pad.plane
    QTest.keyClick(plane, Qt.Key.Key_Right)
    QTest.keyClick(plane, Qt.Key.Key_Up, SHIFT)
    assert plane.mood == pytest.approx((0.35, 0.0))
    for _ in range(30):
        QTest.keyClick(plane, Qt.Key.Key_Up)
    assert plane.mood == pytest.approx((0.35, 1.0))
    qtbot.waitUntil(lambda: session.asked_moods[-1] == pytest.approx((0.35, 1.0)))
    QTest.keyClick(plane, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: session.asked_moods[-1] == (None, None))


def test_arrows_draw_an_area_too(qtbot: QtBot, window: MainWindow, pad: MoodPad) -> None:
    pad.draw_area.click()
    QTest.keyClick(pad.plane, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.workspace.request.options.area is not None)
    first = window.workspace.request.options.area
    assert first is not None
    assert first.middle == pytest.approx(BY_PICTURE)
    qtbot.waitUntil(lambda: not pad.is_ranking)
    QTest.keyClick(pad.plane, Qt.Key.Key_Left)
    QTest.keyClick(pad.plane, Qt.Key.Key_Up, SHIFT)
    qtbot.waitUntil(lambda: window.workspace.request.options.area != first)
    qtbot.waitUntil(lambda: not pad.is_ranking)
    expected = AffectArea((-0.05, 0.55), (-0.5, 0.15))
    assert window.workspace.request.options.area == expected


def test_keys_of_the_playback_are_left_to_the_window(
    window: MainWindow, pad: MoodPad, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[str] = []
    monkeypatch.setattr(window.preview.player, "toggle", lambda: played.append("toggle"))
    window.bindings = tuple(
        binding
        if binding.key != Qt.Key.Key_Space
        else type(binding)(binding.key, binding.modifiers, "", "", lambda: played.append("toggle"))
        for binding in window.bindings
    )
    QTest.keyClick(pad.plane, Qt.Key.Key_Space)
    assert played == ["toggle"]


def test_the_pad_is_over_the_list_where_there_is_no_room(
    window: MainWindow, open_clip: OpenClip, clip_file: Path
) -> None:
    window.resize(900, 560)
    open_clip(clip_file)
    QApplication.processEvents()
    dock = window.results.mood_dock
    height = window.results.view.height()
    window.wishes.pad.trigger()
    QApplication.processEvents()
    assert dock._popup.isVisible() and not dock.isVisible()
    assert window.results.mood.plane.isVisible()
    assert window.results.view.height() == height
    QTest.keyClick(dock._popup, Qt.Key.Key_Escape)
    assert not dock._popup.isVisible() and not dock.button.isChecked()


def test_the_pad_makes_way_when_the_window_gets_small(
    qtbot: QtBot, window: MainWindow, pad: MoodPad
) -> None:
    dock = window.results.mood_dock
    assert dock.isVisible()
    assert window.results.view.height() >= 300
    window.resize(900, 560)
    qtbot.waitUntil(lambda: dock.isHidden() and not dock.button.isChecked())


def test_another_clip_has_another_mood(
    qtbot: QtBot, window: MainWindow, pad: MoodPad, open_clip: OpenClip, tmp_path: Path
) -> None:
    pad.valence.setValue(-50)
    other = tmp_path / "other.mp4"
    other.write_bytes(b"")
    shown: list[int] = []
    window.workspace.clip_opened.connect(lambda _: shown.append(len(pad.plane._first)))
    open_clip(other)
    assert shown == [0]
    qtbot.waitUntil(lambda: len(pad.plane._first) == len(POINTS))


def test_a_large_library_is_drawn_once_for_all_orders(
    window: MainWindow, pad: MoodPad, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.wishes.mood_scale import Dots

    points = np.random.default_rng(2).uniform(-1, 1, (20_000, 2)).astype(np.float32)
    pad.plane.show_tracks(Dots.of(points), ())
    pad.plane.grab()
    n_painted = pad.plane._layers.n_painted
    pad.plane.show_tracks(Dots.of(points[::-1].copy()), ())
    image = pad.plane.grab().toImage()
    assert pad.plane._layers.n_painted == n_painted
    # Shades of tracks are there, as well as the first ones.
    colours = {image.pixelColor(x, 40).name() for x in range(20, image.width() - 20)}
    assert len(colours) > 10


def test_the_pad_is_read_out(pad: MoodPad) -> None:
    assert pad.plane.accessibleName() == "Mood pad"
    assert pad.plane.accessibleDescription().startswith("The picture wants: happy, calm. Arrow")


def test_an_open_pad_is_open_again_where_it_has_room(
    qtbot: QtBot, window: MainWindow, open_clip: OpenClip, clip_file: Path, store: QSettings
) -> None:
    dock = window.results.mood_dock
    store.setValue("window/mood-pad", True)
    dock.remember_in(store)
    window.resize(900, 560)
    open_clip(clip_file)
    QApplication.processEvents()
    # Never over the list by itself.
    assert not dock.button.isChecked()
    window.resize(1400, 1000)
    qtbot.waitUntil(dock.isVisible)
    window.resize(900, 560)
    qtbot.waitUntil(dock.isHidden)
    assert store.value("window/mood-pad", type=bool) is True
    window.resize(1400, 1000)
    qtbot.waitUntil(dock.isVisible)
    dock.button.setChecked(False)
    assert store.value("window/mood-pad", type=bool) is False
