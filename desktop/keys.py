"""The keys of the playback, in one table that the window obeys and the help shows."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop.preview.player import Player
from engine.translation import tr

_NONE = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """One key of the playback.

    Args:
        key: without modifiers.
        modifiers: held with it.
        shown: how the help writes it.
        meaning: what it does, translated.
        act: does it.
    """

    key: Qt.Key
    modifiers: Qt.KeyboardModifier
    shown: str
    meaning: str
    act: Callable[[], object]


def playback_keys(player: Player, move_part: Callable[[int], object]) -> tuple[KeyBinding, ...]:
    """Return the keys that act on the player and on the chosen part of the track."""
    return (
        KeyBinding(Qt.Key.Key_Space, _NONE, tr("Space"), tr("Play or pause"), player.toggle),
        KeyBinding(
            Qt.Key.Key_J,
            _NONE,
            "J",
            tr("Play backward; again for faster"),
            lambda: player.shuttle(-1),
        ),
        KeyBinding(Qt.Key.Key_K, _NONE, "K", tr("Pause"), player.pause),
        KeyBinding(
            Qt.Key.Key_L, _NONE, "L", tr("Play; again for faster"), lambda: player.shuttle(1)
        ),
        KeyBinding(Qt.Key.Key_Left, _NONE, "←", tr("One frame back"), lambda: player.step(-1)),
        KeyBinding(Qt.Key.Key_Right, _NONE, "→", tr("One frame on"), lambda: player.step(1)),
        KeyBinding(
            Qt.Key.Key_Left, _SHIFT, tr("Shift+←"), tr("Five seconds back"), lambda: player.skip(-5)
        ),
        KeyBinding(
            Qt.Key.Key_Right, _SHIFT, tr("Shift+→"), tr("Five seconds on"), lambda: player.skip(5)
        ),
        KeyBinding(Qt.Key.Key_Home, _NONE, tr("Home"), tr("To the start"), lambda: player.seek(0)),
        KeyBinding(
            Qt.Key.Key_End,
            _NONE,
            tr("End"),
            tr("To the end"),
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
    """Return the binding of a key press, None when it has none."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    for binding in bindings:
        if event.key() == binding.key and modifiers == binding.modifiers:
            return binding
    return None
