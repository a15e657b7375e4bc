"""The level sliders of the music and of the clip's own sound."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.steady_label import SteadyLabel
from engine.arrangement.gains import MUTED_DB
from engine.translation import tr

_STEP_DB = 0.5
_LOWEST_DB = -36.0
HIGHEST_DB = 6.0
_WIDEST_PX = 470
_SPACING_PX = 12
_SLIDER_PX = 52


class LevelSlider(QWidget):
    """A level in dB: the lowest step is silence, a double click resets to 0 dB."""

    moved = Signal(float)
    released = Signal(float)
    solo_changed = Signal()

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before_mute_db = 0.0
        self._mute = QToolButton()
        self._mute.setObjectName("tool")
        self._mute.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._mute.clicked.connect(self._toggle_mute)
        self._solo = QToolButton()
        self._solo.setObjectName("tool")
        self._solo.setIcon(icons.icon("solo", "quiet"))
        self._solo.setCheckable(True)
        self._solo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        only = tr("Hear only this: {sound}").format(sound=label)
        self._solo.setToolTip(only)
        self._solo.setAccessibleName(only)
        self._solo.toggled.connect(lambda _: self.solo_changed.emit())
        self._label = QLabel(label)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName(name)
        self._slider.setRange(0, round((HIGHEST_DB - _LOWEST_DB) / _STEP_DB) + 1)
        self._slider.setPageStep(6)
        self._slider.setMinimumWidth(_SLIDER_PX)
        self._slider.setAccessibleName(tr("{sound} level").format(sound=label))
        self._slider.valueChanged.connect(self._report)
        self._slider.sliderReleased.connect(self._release)
        self._slider.installEventFilter(self)
        self._value = SteadyLabel(tr("{gain} dB").format(gain="-36.0"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._label)
        words.addWidget(self._value)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self._mute)
        row.addWidget(self._solo)
        row.addLayout(words)
        row.addWidget(self._slider, 1)
        self._sound_name = label
        self.set_gain(0.0)

    @property
    def gain_db(self) -> float:
        """The level; `MUTED_DB` at the lowest step."""
        return gain_at(self._slider.value())

    @property
    def is_solo(self) -> bool:
        """Whether only this sound is to be played; it changes nothing in what is exported."""
        return self._solo.isChecked() and self.isEnabled()

    def set_gain(self, gain_db: float) -> None:
        """Set the slider without a signal."""
        self._slider.blockSignals(True)
        self._slider.setValue(step_at(gain_db))
        self._slider.blockSignals(False)
        self._describe()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Reset on a double click."""
        if (
            event.type() == QEvent.Type.MouseButtonDblClick
            and isinstance(event, QMouseEvent)
            and self._slider.isEnabled()
        ):
            self._slider.setValue(step_at(0.0))
            self._release()
            return True
        return super().eventFilter(watched, event)

    def _toggle_mute(self) -> None:
        if self.gain_db > MUTED_DB:
            self._before_mute_db = self.gain_db
            self._slider.setValue(0)
        else:
            self._slider.setValue(step_at(self._before_mute_db))
        self._release()

    def _report(self) -> None:
        self._describe()
        self.moved.emit(self.gain_db)
        if not self._slider.isSliderDown():
            self._release()

    def _release(self) -> None:
        self.released.emit(self.gain_db)

    def _describe(self) -> None:
        gain_db = self.gain_db
        muted = gain_db <= MUTED_DB
        sign = "+" if gain_db > 0 else ""
        text = tr("off") if muted else tr("{gain} dB").format(gain=f"{sign}{gain_db:.1f}")
        self._value.setText(text)
        self._slider.setAccessibleDescription(text)
        self._mute.setIcon(icons.icon("mute" if muted else "sound", "quiet"))
        name = tr("Unmute {sound}") if muted else tr("Mute {sound}")
        self._mute.setToolTip(name.format(sound=self._sound_name))
        self._mute.setAccessibleName(name.format(sound=self._sound_name))


class Levels(QWidget):
    """Both sliders, side by side if there is room."""

    moved = Signal(float, float)
    released = Signal(float, float)
    played_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.music = LevelSlider("music", tr("Music"))
        self.clip = LevelSlider("clip", tr("Clip"))
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_SPACING_PX)
        grid.setVerticalSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(_WIDEST_PX)
        grid.addWidget(self.music, 0, 0)
        grid.addWidget(self.clip, 0, 1)
        self._is_stacked = False
        for slider in (self.music, self.clip):
            slider.moved.connect(lambda _: self.moved.emit(self.music.gain_db, self.clip.gain_db))
            slider.released.connect(
                lambda _: self.released.emit(self.music.gain_db, self.clip.gain_db)
            )
            slider.moved.connect(lambda _: self.played_changed.emit())
            slider.solo_changed.connect(self.played_changed)

    @property
    def played_gains_db(self) -> tuple[float, float]:
        """The levels of music and clip sound as they are played: without what isn't solo."""
        sliders = (self.music, self.clip)
        any_solo = any(slider.is_solo for slider in sliders)
        music_db, clip_db = (
            slider.gain_db if slider.is_solo or not any_solo else MUTED_DB for slider in sliders
        )
        return music_db, clip_db

    def minimumSizeHint(self) -> QSize:
        """Need the width of one slider."""
        widest = max(slider.minimumSizeHint().width() for slider in (self.music, self.clip))
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put one slider below the other where there is little room."""
        super().resizeEvent(event)
        widest = max(slider.minimumSizeHint().width() for slider in (self.music, self.clip))
        stacked = self.width() < 2 * widest + _SPACING_PX
        if stacked != self._is_stacked:
            self._is_stacked = stacked
            row, column = (1, 0) if stacked else (0, 1)
            self._grid.addWidget(self.clip, row, column)
            self.updateGeometry()

    def set_gains(self, music_gain_db: float, clip_gain_db: float) -> None:
        """Set both sliders without a signal."""
        self.music.set_gain(music_gain_db)
        self.clip.set_gain(clip_gain_db)

    def set_clip_sound(self, has_sound: bool) -> None:
        """Enable the slider of the clip's sound only where it has some."""
        self.clip.setEnabled(has_sound)
        self.clip.setToolTip("" if has_sound else tr("This clip has no sound."))
        self.played_changed.emit()


def gain_at(step: int) -> float:
    """Return the level in dB of a step of the slider."""
    return MUTED_DB if step == 0 else _LOWEST_DB + (step - 1) * _STEP_DB


def step_at(gain_db: float) -> int:
    """Return the step of the slider nearest to a level in dB."""
    if gain_db < _LOWEST_DB - _STEP_DB / 2:
        return 0
    return round((min(gain_db, HIGHEST_DB) - _LOWEST_DB) / _STEP_DB) + 1
