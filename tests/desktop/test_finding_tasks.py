"""The ten tasks of tests/FINDING.md in the real window with the real engine, by keys and clicks.

Each is counted as that file says, and needs no more than its table promises.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.deciding.picks_dialog import PicksDialog
from desktop.engine_session import EngineSession
from desktop.main_window import MainWindow
from desktop.session import Session
from engine.library.libraries import Libraries
from engine.library.picks import AddPick, Pick
from engine.paths import demo_clip
from engine.progress import silent
from tests.desktop.counting_user import User
from tests.desktop.driving import arrangement_of, clip_of

pytestmark = pytest.mark.slow

_MS = 60_000
_TABLE = Path(__file__).parents[1] / "FINDING.md"
_LEFT = Qt.MouseButton.LeftButton
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def promised() -> dict[int, int]:
    """Return the keys and clicks that the table promises for each task."""
    rows = re.findall(r"^\| (\d+) \|.*\| (\d+):[^|]*\|$", _TABLE.read_text("utf-8"), re.M)
    return {int(task): int(n) for task, n in rows}


def write_song(path: Path, seed: int) -> Path:
    """Write twenty seconds of chords with a beat."""
    rng, rate = np.random.default_rng(seed), 22_050
    times = np.arange(20 * rate) / rate
    notes = [
        np.sin(2 * np.pi * 220 * 2 ** (n / 12) * times) for n in rng.choice(24, 4, replace=False)
    ]
    sound = np.mean(notes, axis=0) * (0.3 + 0.7 * np.exp(-8 * (times % 0.5)))
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, 0.5 * sound, rate)
    return path


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_song(tmp_path / "on disk" / "hit.wav", 1)


@pytest.fixture
def window(show_window: Callable[[Session], MainWindow], tmp_path: Path) -> MainWindow:
    """The window of a user with a track of their own, and one that was picked in May."""
    session = EngineSession()
    session.add_folder(write_song(tmp_path / "own" / "mine.wav", 2).parent, silent())
    used = next(track for track in Libraries().tracks() if track.title == "Market Street Skank")
    pick = Pick.of("clip-of-may", used, Path("/films/wedding.mp4"))
    session.apply(AddPick(replace(pick, picked_at="2026-05-15T12:00:00+00:00")))
    return show_window(session)


@pytest.fixture
def user(window: MainWindow, qtbot: QtBot) -> User:
    with qtbot.waitSignals([window.workspace.ranked, window.workspace.sound_ready], timeout=_MS):
        window.open_clip(demo_clip())
    qtbot.waitUntil(lambda: len(window.workspace.scenes.all) > 1, timeout=_MS)
    return User(window, qtbot)


def calm_piano_for_the_second_scene(user: User, _song: Path) -> None:
    for _ in range(2):
        user.key(Qt.Key.Key_Period)
    user.key(Qt.Key.Key_F, _CTRL)
    user.type("calm piano, no drums")
    user.key(Qt.Key.Key_Return)
    user.choose_range("length", None, 90)
    track = user.choose_first()
    options, workspace = user.window.workspace.request.options, user.window.workspace
    assert (options.text, options.without) == ("calm piano", "drums")
    assert track.file.duration_s is not None and track.file.duration_s <= 90
    user.until(lambda: user.plays(track))
    part = workspace.scenes.all[1]
    (item,) = [each for each in arrangement_of(workspace).items if each.track.path == track.path]
    assert item.start_frame == part.first_frame


def track_of_may(user: User, _song: Path) -> None:
    user.key(Qt.Key.Key_P, _CTRL)
    dialog = user.window.findChild(PicksDialog)
    assert dialog is not None
    user.until(lambda: dialog.model.rowCount() > 0)
    user.type("may")
    tree = dialog.tree
    user.click(tree.viewport(), tree.visualRect(dialog.model.index(0, 0)).center())
    user.click(dialog.shortlist_button)
    user.key(Qt.Key.Key_Escape)
    user.window.activateWindow()
    user.key(Qt.Key.Key_S, _SHIFT)
    user.until(lambda: len(user.window.results.lists.shortlist.items) == 1)
    assert user.window.results.lists.shortlist.isVisible()
    track = user.choose_first()
    assert track.title == "Market Street Skank"
    user.until(lambda: user.plays(track))


def like_a_song_but_happier(user: User, song: Path) -> None:
    user.drop_on_list(song)
    user.until(lambda: bool(user.window.workspace.request.options.references))
    user.wait()
    user.key(Qt.Key.Key_M, _CTRL | _SHIFT)
    user.drag_mood(0.8, 0.0)
    track = user.choose_first()
    options = user.window.workspace.request.options
    assert options.references[0].title == "hit"
    assert options.correction.valence == pytest.approx(0.8, abs=0.1)
    user.until(lambda: user.plays(track))


def europa(user: User, _song: Path) -> None:
    user.key(Qt.Key.Key_F, _CTRL)
    user.type("europa")
    track = user.choose_first()
    assert track.title == "First Light on Europa"
    user.until(lambda: user.plays(track))


def best_of_three_blind(user: User, _song: Path) -> None:
    user.key(Qt.Key.Key_S)
    for digit in (Qt.Key.Key_2, Qt.Key.Key_3):
        user.key(digit)
        user.key(Qt.Key.Key_S)
    user.key(Qt.Key.Key_C, _SHIFT)
    view = user.window.results.lists.comparison
    user.until(lambda: view.isVisible())
    assert view.is_blind and len(view.cards) >= 3
    user.key(Qt.Key.Key_2)
    user.key(Qt.Key.Key_3)
    best = view.cards[2].item.track
    # They are listened to.
    user.until(lambda: user.plays(best))
    user.key(Qt.Key.Key_Return)
    clip_hash = clip_of(user.window.workspace).content_hash
    picks = user.window.session.read(lambda library: library.picks.all())
    assert (clip_hash, best.file.content_hash) in [(p.clip_hash, p.track_hash) for p in picks]


def energetic_without_credit(user: User, _song: Path) -> None:
    user.choose_words("energy", "high")
    user.choose_range("bpm", 115, 125)
    user.switch("licence")
    user.switch("no-vocals")
    track = user.choose_first()
    assert set(user.window.workspace.request.options.filters) == {
        "energy",
        "bpm",
        "licence",
        "no-vocals",
    }
    assert track.tags.licence == "CC0-1.0"
    user.until(lambda: user.plays(track))


def shortest_of_a_minute(user: User, _song: Path) -> None:
    user.choose_range("length", 60, None)
    user.sort("length")
    track = user.choose_first()
    lengths = [each.file.duration_s or 0.0 for each in Libraries().tracks()]
    assert track.file.duration_s == min(length for length in lengths if length >= 60)
    user.until(lambda: user.plays(track))


def calmer_than_the_picture(user: User, _song: Path) -> None:
    user.key(Qt.Key.Key_M, _CTRL | _SHIFT)
    user.drag_mood(0.0, -0.8)
    arousal = user.window.workspace.request.options.correction.arousal
    assert arousal == pytest.approx(-0.8, abs=0.1)
    track = user.choose_first()
    user.until(lambda: user.plays(track))


def never_again_and_back(user: User, _song: Path) -> None:
    def hidden() -> frozenset[str]:
        return user.window.session.read(lambda library: library.decisions.hidden())

    user.key(Qt.Key.Key_H)
    assert len(hidden()) == 1
    user.click(user.window.strip._offer)
    assert not hidden()


def own_and_new(user: User, _song: Path) -> None:
    user.choose_words("origin", "own")
    user.switch("unused")
    user.sort("added")
    track = user.choose_first()
    assert track.path.name == "mine.wav"
    user.until(lambda: user.plays(track))


TASKS = (
    calm_piano_for_the_second_scene,
    track_of_may,
    like_a_song_but_happier,
    europa,
    best_of_three_blind,
    energetic_without_credit,
    shortest_of_a_minute,
    calmer_than_the_picture,
    never_again_and_back,
    own_and_new,
)


def test_each_task_needs_no_more_keys_and_clicks_than_promised(user: User, song: Path) -> None:
    needed = {}
    for number, task in enumerate(TASKS, 1):
        user.begin()
        task(user, song)
        needed[number] = user.n
    table = promised()
    assert list(table) == list(needed)
    over = {number: n for number, n in needed.items() if n > table[number]}
    assert not over, str(over)
