"""What narrows the list: genres, tempo, vocals, and the user's own taste."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from desktop import icons
from engine.stories.recommend import RankingOptions
from engine.translation import tr

_SLOWEST_BPM, _FASTEST_BPM = 40, 220
_SETTLE_MS = 200
# More than anybody scrolls through; reasons for each take about 3 ms.
N_LISTED = 100


class FilterBar(QWidget):
    """Emits the ranking options a moment after the last change."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._genre_menu = _StayOpenMenu(self)
        self._genre_menu.triggered.connect(self._change)
        self._genre = _chip(tr("Genre"), self._genre_menu)
        self._slowest = _tempo_box(tr("Slowest tempo"), _SLOWEST_BPM)
        self._fastest = _tempo_box(tr("Fastest tempo"), _FASTEST_BPM)
        self._tempo = _chip(tr("Tempo"), self._tempo_menu())
        self._vocals = QPushButton(icons.icon("no-vocals"), tr("No vocals"))
        self._vocals.setObjectName("chip")
        self._vocals.setCheckable(True)
        self._vocals.toggled.connect(self._change)
        self._clear = QToolButton()
        self._clear.setObjectName("flat")
        self._clear.setIcon(icons.icon("clear", "quiet"))
        self._clear.setToolTip(tr("Clear filters"))
        self._clear.setAccessibleName(tr("Clear filters"))
        self._clear.clicked.connect(self.clear)
        self._taste_label = QLabel(tr("My taste"))
        self._taste = QSlider(Qt.Orientation.Horizontal)
        self._taste.setRange(0, 100)
        self._taste_value = QLabel()
        self._taste_value.setObjectName("small")
        self._taste_value.setFixedWidth(40)
        self._taste_value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._taste.setAccessibleName(tr("Weight of your own taste"))
        self._taste.setToolTip(tr("How much the tracks that you chose before count"))
        self._taste.valueChanged.connect(self._change)
        chips = QHBoxLayout()
        chips.setSpacing(6)
        for widget in (self._genre, self._tempo, self._vocals, self._clear):
            chips.addWidget(widget)
        chips.addStretch()
        taste = QHBoxLayout()
        taste.setSpacing(10)
        taste.addWidget(self._taste_label)
        taste.addWidget(self._taste, 1)
        taste.addWidget(self._taste_value)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(chips)
        rows.addLayout(taste)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(lambda: self.changed.emit(self.options()))
        self.set_n_picks(0)
        self._describe()

    def set_genres(self, genres: tuple[str, ...]) -> None:
        """Offer the genres that the tracks at hand have."""
        chosen = set(self.options().genres)
        self._genre_menu.clear()
        for genre in genres:
            action = QAction(tr(genre), self._genre_menu, checkable=True)
            action.setData(genre)
            action.setChecked(genre in chosen)
            self._genre_menu.addAction(action)
        self._describe()

    def set_n_picks(self, n_picks: int) -> None:
        """Offer taste only when there is something to learn it from."""
        for widget in (self._taste, self._taste_label, self._taste_value):
            widget.setVisible(n_picks > 0)

    def options(self) -> RankingOptions:
        """Return what is chosen."""
        genres = tuple(a.data() for a in self._genre_menu.actions() if a.isChecked())
        slowest, fastest = sorted((self._slowest.value(), self._fastest.value()))
        bpm = None
        if (slowest, fastest) != (_SLOWEST_BPM, _FASTEST_BPM):
            bpm = (float(slowest), float(fastest))
        return RankingOptions(
            genres=genres,
            bpm=bpm,
            no_vocals=self._vocals.isChecked(),
            taste=0.0 if self._taste.isHidden() else self._taste.value() / 100,
            top=N_LISTED,
        )

    @property
    def narrows(self) -> bool:
        """Whether tracks are left out."""
        options = self.options()
        return bool(options.genres or options.bpm or options.no_vocals)

    def clear(self) -> None:
        """Leave nothing out."""
        for action in self._genre_menu.actions():
            action.setChecked(False)
        self._slowest.setValue(_SLOWEST_BPM)
        self._fastest.setValue(_FASTEST_BPM)
        self._vocals.setChecked(False)
        self._change()

    def _change(self) -> None:
        self._describe()
        self._timer.start()

    def _describe(self) -> None:
        options = self.options()
        names = [tr(genre) for genre in options.genres]
        genre = tr("Genre") if not names else names[0] if len(names) == 1 else ""
        self._genre.setText(genre or tr("{n} genres").format(n=len(names)))
        tempo = tr("Tempo")
        if options.bpm:
            tempo = tr("{slowest:.0f}–{fastest:.0f} BPM").format(
                slowest=options.bpm[0], fastest=options.bpm[1]
            )
        self._tempo.setText(tempo)
        for chip, is_set in ((self._genre, bool(names)), (self._tempo, options.bpm is not None)):
            chip.setProperty("set", is_set)
            chip.style().unpolish(chip)
            chip.style().polish(chip)
        self._clear.setVisible(self.narrows)
        self._taste_value.setText(tr("{percent} %").format(percent=self._taste.value()))

    def _tempo_menu(self) -> QMenu:
        menu = QMenu(self)
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(QLabel(tr("From")))
        row.addWidget(self._slowest)
        row.addWidget(QLabel(tr("to")))
        row.addWidget(self._fastest)
        row.addWidget(QLabel(tr("BPM")))
        for spin in (self._slowest, self._fastest):
            spin.valueChanged.connect(self._change)
        action = QWidgetAction(menu)
        action.setDefaultWidget(box)
        menu.addAction(action)
        return menu


class _StayOpenMenu(QMenu):
    """A menu of check boxes that stays while they are clicked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
            return
        super().keyPressEvent(event)


def _chip(text: str, menu: QMenu) -> QToolButton:
    chip = QToolButton()
    chip.setObjectName("chip")
    chip.setText(text)
    chip.setIcon(icons.icon("down", "quiet"))
    chip.setIconSize(QSize(14, 14))
    chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    chip.setMenu(menu)
    menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return chip


def _tempo_box(name: str, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(_SLOWEST_BPM, _FASTEST_BPM)
    box.setValue(value)
    box.setAccessibleName(name)
    return box
