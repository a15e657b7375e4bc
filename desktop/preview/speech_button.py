"""The button for ducking: how far the music goes down where somebody speaks."""

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.preview.levels import HIGHEST_DB
from desktop.speech import SpeechDucking
from desktop.spin_boxes import DecimalBox
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.automation import MAX_RAMP_S, MIN_RAMP_S
from engine.arrangement.ducking import DuckingWish, clip_gain_for_audible_music
from engine.arrangement.gains import MUTED_DB
from engine.sound.clip_sound import ClipSound
from engine.translation import tr

_MAX_ABOVE_LU = 40.0
# Steps that follow each other so fast are one change.
_SETTLE_MS = 300
_MARGIN_PX = 8


class SpeechButton(QToolButton):
    """Opens the controls of ducking; off where nobody speaks."""

    chosen = Signal(object)
    clip_gain_chosen = Signal(float)
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tool")
        self.setIcon(icons.icon("speech"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Music under speech"))
        self.panel = SpeechPanel(self)
        self.panel.chosen.connect(self.chosen)
        self.panel.clip_gain_chosen.connect(self.clip_gain_chosen)
        self.panel.kept.connect(self.kept)
        self.clicked.connect(self._open)
        self.set_clip(ClipSound(), has_sound=False)

    def set_clip(self, sound: ClipSound, has_sound: bool) -> None:
        """Enable the button where somebody speaks.

        Args:
            sound: the clip's own.
            has_sound: whether the clip has any.
        """
        self.setEnabled(sound.has_speech)
        if sound.has_speech:
            text = tr("Music under speech: how far it goes down")
        else:
            text = tr("Nobody speaks in this clip.") if has_sound else tr("This clip has no sound.")
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def show_ducking(self, speech: SpeechDucking, arrangement: Arrangement) -> None:
        """Show what an arrangement has, without a signal."""
        self.panel.show_ducking(speech, arrangement)

    def _open(self) -> None:
        panel = self.panel
        panel.adjustSize()
        at = self.mapToGlobal(QPoint(self.width() - panel.width(), -panel.height() - _MARGIN_PX))
        space = self.screen().availableGeometry()
        x = max(space.left(), min(at.x(), space.right() - panel.width()))
        y = at.y() if at.y() >= space.top() else self.mapToGlobal(QPoint(0, self.height())).y()
        panel.move(x, y)
        panel.show()
        panel.is_on.setFocus(Qt.FocusReason.PopupFocusReason)


class SpeechPanel(QFrame):
    """The controls of ducking; each change is one step."""

    chosen = Signal(object)
    clip_gain_chosen = Signal(float)
    kept = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self.setAccessibleName(tr("Music under speech"))
        self.is_on = QCheckBox(tr("Lower the music where somebody speaks"))
        self.above = _spin(tr("{n} LU"), 0.0, _MAX_ABOVE_LU, 1.0, 1)
        self.attack = _spin(tr("{n} s"), MIN_RAMP_S, MAX_RAMP_S, 0.1, 2)
        self.release = _spin(tr("{n} s"), MIN_RAMP_S, MAX_RAMP_S, 0.1, 2)
        self._depth = QLabel()
        self._depth.setObjectName("small")
        self._depth.setWordWrap(True)
        self._clip_gain_db = 0.0
        self._raise_clip = QPushButton()
        self._raise_clip.clicked.connect(
            lambda _=False: self.clip_gain_chosen.emit(self._clip_gain_db)
        )
        self._keep = QPushButton(tr("Use for new clips"))
        self._keep.clicked.connect(self._keep_these)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        for label, spin in (
            (tr("Speech above music"), self.above),
            (tr("Lowered within"), self.attack),
            (tr("Back within"), self.release),
        ):
            spin.setAccessibleName(label)
            form.addRow(label, spin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addWidget(self.is_on)
        layout.addLayout(form)
        layout.addWidget(self._depth)
        layout.addWidget(self._raise_clip, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignLeft)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._choose)
        self.is_on.toggled.connect(lambda _: self._choose())
        for spin in self._spins:
            spin.valueChanged.connect(lambda _: self._settle.start())

    @property
    def _spins(self) -> tuple[DecimalBox, DecimalBox, DecimalBox]:
        return self.above, self.attack, self.release

    def show_ducking(self, speech: SpeechDucking, arrangement: Arrangement) -> None:
        """Show what an arrangement has, without a signal."""
        if self._settle.isActive():
            return  # the user is changing it
        wish, usual = speech.wish, speech.usual
        values = (usual.above_lu, usual.attack_s, usual.release_s)
        blockers = [QSignalBlocker(each) for each in (self.is_on, *self._spins)]
        self.is_on.setChecked(wish is not None)
        for spin, value in zip(self._spins, values, strict=True):
            spin.setValue(value)
            spin.setEnabled(wish is not None)
        del blockers
        self._depth.setText(_depth_text(arrangement, is_on=wish is not None))
        self._offer_clip_gain(arrangement)

    def _offer_clip_gain(self, arrangement: Arrangement) -> None:
        wanted_db = clip_gain_for_audible_music(arrangement)
        can_raise = wanted_db is not None and arrangement.clip_gain_db < HIGHEST_DB
        self._raise_clip.setVisible(can_raise)
        if wanted_db is not None:
            self._clip_gain_db = min(wanted_db, HIGHEST_DB)
            by_db = self._clip_gain_db - arrangement.clip_gain_db
            self._raise_clip.setText(tr("Raise the clip's sound by {n:.1f} dB").format(n=by_db))
        self.adjustSize()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take over what was set last."""
        if self._settle.isActive():
            self._choose()
        super().hideEvent(event)

    def _choose(self) -> None:
        self._settle.stop()
        wish = DuckingWish(self.above.value(), self.attack.value(), self.release.value())
        self.chosen.emit(wish if self.is_on.isChecked() else None)

    def _keep_these(self) -> None:
        if self._settle.isActive():
            self._choose()
        self.kept.emit()
        self.hide()


def _depth_text(arrangement: Arrangement, *, is_on: bool) -> str:
    ducking = arrangement.ducking
    if not is_on:
        return tr("The music stays as loud under speech.")
    if arrangement.clip_gain_db <= MUTED_DB:
        return tr("The clip's sound is muted: no speech plays.")
    if ducking is None:
        return tr("At these levels speech is loud enough as it is.")
    text = tr("The music goes down by {depth:.1f} dB.").format(depth=ducking.depth_db)
    if clip_gain_for_audible_music(arrangement) is None:
        return text
    return text + " " + tr("The speech is so quiet that the music can hardly be heard under it.")


def _spin(text: str, least: float, most: float, step: float, n_decimals: int) -> DecimalBox:
    """Return a field for a number.

    Args:
        text: with the unit, translated, "{n}" in the place of the number.
        least, most, step: of the number.
        n_decimals: that are shown.
    """
    before, _, after = text.partition("{n}")
    spin = DecimalBox()
    spin.setPrefix(before)
    spin.setSuffix(after)
    spin.setRange(least, most)
    spin.setSingleStep(step)
    spin.setDecimals(n_decimals)
    spin.setKeyboardTracking(False)
    return spin
