"""The shortcuts of the playback: one table for the window, its menu and the help."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QWidget

from desktop.preview.player import Player
from engine.translation import tr

_NONE = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier

UNDO_KEY = "Ctrl+Z"
REDO_KEY = "Ctrl+Shift+Z"
PICKS_KEY = "Ctrl+P"
FIND_KEY = "Ctrl+F"
CLEAR_KEY = "Ctrl+Shift+F"


# As Qt writes keys whatever the language; others are written as they are shown.
_PORTABLE = re.compile(r"((Ctrl|Shift|Alt)\+)+[!-~]")


def key_text(keys: str) -> str:
    """Return keys such as "Ctrl+O" as they are called in the language and on the system."""
    if not _PORTABLE.fullmatch(keys):
        return keys
    return QKeySequence.fromString(keys).toString(QKeySequence.SequenceFormat.NativeText)


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """One shortcut of the playback or the timeline.

    Attributes:
        key: without modifiers.
        modifiers: pressed with it.
        shown: the shortcut as text.
        meaning: what it does, translated.
        act: does it.
    """

    key: Qt.Key
    modifiers: Qt.KeyboardModifier
    shown: str
    meaning: str
    act: Callable[[], object]


def playback_keys(player: Player, move_part: Callable[[int], object]) -> tuple[KeyBinding, ...]:
    """Return the shortcuts of the player, and those that move the music under the clip."""
    return (
        KeyBinding(Qt.Key.Key_Space, _NONE, tr("Space"), tr("Play or pause"), player.toggle),
        KeyBinding(
            Qt.Key.Key_J,
            _NONE,
            "J",
            tr("Play in reverse; press again for faster"),
            lambda: player.shuttle(-1),
        ),
        KeyBinding(Qt.Key.Key_K, _NONE, "K", tr("Pause"), player.pause),
        KeyBinding(
            Qt.Key.Key_L, _NONE, "L", tr("Play; press again for faster"), lambda: player.shuttle(1)
        ),
        KeyBinding(Qt.Key.Key_Left, _NONE, "←", tr("One frame back"), lambda: player.step(-1)),
        KeyBinding(Qt.Key.Key_Right, _NONE, "→", tr("One frame forward"), lambda: player.step(1)),
        KeyBinding(
            Qt.Key.Key_Left, _SHIFT, tr("Shift+←"), tr("Five seconds back"), lambda: player.skip(-5)
        ),
        KeyBinding(
            Qt.Key.Key_Right,
            _SHIFT,
            tr("Shift+→"),
            tr("Five seconds forward"),
            lambda: player.skip(5),
        ),
        KeyBinding(Qt.Key.Key_Home, _NONE, tr("Home"), tr("Go to start"), lambda: player.seek(0)),
        KeyBinding(
            Qt.Key.Key_End,
            _NONE,
            tr("End"),
            tr("Go to end"),
            lambda: player.seek(player.duration_s),
        ),
        KeyBinding(
            Qt.Key.Key_Left,
            _ALT,
            tr("Alt+←"),
            tr("Start the music one beat earlier"),
            lambda: move_part(-1),
        ),
        KeyBinding(
            Qt.Key.Key_Right,
            _ALT,
            tr("Alt+→"),
            tr("Start the music one beat later"),
            lambda: move_part(1),
        ),
    )


def binding_for(event: QKeyEvent, bindings: tuple[KeyBinding, ...]) -> KeyBinding | None:
    """Return what a key press is bound to, None when it is nothing."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() == Qt.Key.Key_Plus:
        # On many keyboards it is typed with Shift.
        modifiers &= ~_SHIFT
    for binding in bindings:
        if event.key() == binding.key and modifiers == binding.modifiers:
            return binding
    return None


def rank_for(event: QKeyEvent) -> int | None:
    """Return which of the first nine tracks a key press chooses, None when it is another key."""
    rank = event.key() - Qt.Key.Key_0
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return rank if 1 <= rank <= 9 and modifiers == _NONE else None


def step_for(event: QKeyEvent) -> int | None:
    """Return 1 for the key of the next track, -1 for that of the one before, None for another."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
    return step if modifiers == _NONE else None


def focus_by_tab_only(window: QWidget) -> None:
    """Let clicks on buttons and sliders leave the focus where it is.

    Else Space would press the button again instead of playing, and the arrow keys would move the
    slider instead of stepping a frame or choosing a track.
    """
    for control in (
        *window.findChildren(QAbstractButton),
        *window.findChildren(QAbstractSlider),
    ):
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
