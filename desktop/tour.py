"""A tour of the window in three steps: the list, the timeline, the export."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSettings,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop import theme
from engine.translation import tr

_KEY = "tour/shown"
_BUBBLE_CHARACTERS = 46
_GAP_PX = 12
# The window settles first: its list and its music come after the clip.
_DELAY_MS = 2_500


@dataclass(frozen=True, slots=True)
class TourStep:
    """One thing that is pointed out.

    Attributes:
        target: what is framed.
        title, text: about it, translated.
    """

    target: QWidget
    title: str
    text: str


def tour_steps(results: QWidget, timeline: QWidget, header: QWidget) -> tuple[TourStep, ...]:
    """Return the three steps."""
    return (
        TourStep(
            results,
            tr("Music that fits"),
            tr(
                "The best match is at the top, and plays under the clip. Choose others with the "
                "arrow keys or 1 to 9; search, filter, or describe what you want in the field "
                "above and press Enter."
            ),
        ),
        TourStep(
            timeline,
            tr("Under the clip"),
            tr(
                "The music is cut to the clip at bar lines. Drag it, its ends and its fades; click "
                "the number of a scene to find music for that scene alone."
            ),
        ),
        TourStep(
            header,
            tr("On to your editing program"),
            tr(
                "Export the clip with music, a WAV, or a timeline for your editing program. Your "
                "own music comes in under “Your music”."
            ),
        ),
    )


class Tour(QObject):
    """Points out one step after the other; Esc ends it.

    `ended` says when: somebody must take the focus, else Qt gives it to the first button.

    Args:
        window: it lies over it.
        steps: what is pointed out.
        store: remembers that it was shown.
    """

    ended = Signal()

    def __init__(self, window: QWidget, steps: Sequence[TourStep], store: QSettings) -> None:
        super().__init__(window)
        self._window = window
        self._steps = tuple(steps)
        self._store = store
        self._wait = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._wait.timeout.connect(self._start_once)
        self.overlay: TourOverlay | None = None

    def start_with_first_clip(self, clip_opened: SignalInstance) -> None:
        """Start by itself after the first clip that is ever opened.

        Args:
            clip_opened: the signal.
        """
        if self._store.value(_KEY) is None:
            clip_opened.connect(lambda _: self._wait.start())

    def start(self) -> None:
        """Start with the first step."""
        self._store.setValue(_KEY, "1")
        if self.overlay is None:
            self.overlay = TourOverlay(self._window, self._steps)
            self.overlay.closed.connect(self.ended)
            self.overlay.destroyed.connect(self._forget)
            self.overlay.show()
            self.overlay.setFocus()

    def _start_once(self) -> None:
        if self._store.value(_KEY) is None and self._steps[0].target.isVisible():
            self.start()

    def _forget(self) -> None:
        self.overlay = None


class TourOverlay(QWidget):
    """Darkens the window but for what a step points out, with a bubble about it."""

    closed = Signal()

    def __init__(self, window: QWidget, steps: Sequence[TourStep]) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Tour"))
        self._steps = tuple(steps)
        self.number = 0
        self._bubble = QFrame(self)
        self._bubble.setObjectName("panel")
        self._title = QLabel()
        self._title.setObjectName("heading")
        self._title.setWordWrap(True)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._count = QLabel()
        self._count.setObjectName("small")
        self.skip = QPushButton(tr("Skip"))
        self.skip.setObjectName("flat")
        self.skip.clicked.connect(self.close)
        self.next = QPushButton()
        self.next.setObjectName("primary")
        self.next.clicked.connect(self._go_to_next)
        buttons = QHBoxLayout()
        buttons.addWidget(self._count)
        buttons.addStretch()
        buttons.addWidget(self.skip)
        buttons.addWidget(self.next)
        layout = QVBoxLayout(self._bubble)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self._show_step()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self._show_step()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the tour has ended."""
        super().closeEvent(event)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the next step with Enter, Space or Right, back with Left, end with Esc."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Right):
            self._go_to_next()
        elif key == Qt.Key.Key_Left and self.number:
            self.number -= 1
            self._show_step()

    def _go_to_next(self) -> None:
        if self.number + 1 == len(self._steps):
            self.close()
            return
        self.number += 1
        self._show_step()

    def _show_step(self) -> None:
        step, n_steps = self._steps[self.number], len(self._steps)
        self._title.setText(step.title)
        self._text.setText(step.text)
        count = tr("{number} of {all}").format(number=self.number + 1, all=n_steps)
        self._count.setText(count)
        is_last = self.number + 1 == n_steps
        self.next.setText(tr("Done") if is_last else tr("Next"))
        self.skip.setHidden(is_last)
        self.setAccessibleDescription(f"{count}. {step.title}. {step.text}")
        # Wider with larger text; as high as the wrapped text is then.
        width = min(_BUBBLE_CHARACTERS * self.fontMetrics().averageCharWidth(),
                    self.width() - 2 * _GAP_PX)  # fmt: skip
        layout = self._bubble.layout()
        assert layout is not None
        layout.activate()
        self._bubble.setFixedSize(width, layout.totalHeightForWidth(width))
        self._bubble.move(self._place(self._framed()))
        self.update()

    def _framed(self) -> QRect:
        target = self._steps[self.number].target
        return QRect(target.mapTo(self._window, QPoint(0, 0)), target.size())

    def _place(self, framed: QRect) -> QPoint:
        """Return where the bubble covers least of what it is about, inside the window."""
        size, room = self._bubble.size(), self.rect().adjusted(_GAP_PX, _GAP_PX, -_GAP_PX, -_GAP_PX)
        middle = framed.center().y() - size.height() // 2
        for left, top in (
            (framed.left() - size.width() - _GAP_PX, middle),
            (framed.right() + _GAP_PX, middle),
            (framed.left(), framed.top() - size.height() - _GAP_PX),
            (framed.right() - size.width(), framed.bottom() + _GAP_PX),
        ):
            place = QRect(QPoint(left, top), size)
            if room.contains(place):
                return place.topLeft()
        return QPoint(room.right() - size.width(), room.bottom() - size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Darken everything but the target."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        framed = QRectF(self._framed())
        whole = self.rect()
        dark = theme.colour("background", 0.72)
        painter.setClipRegion(whole)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dark)
        inside = framed.toAlignedRect()
        for part in (
            QRect(whole.left(), whole.top(), whole.width(), inside.top()),
            QRect(whole.left(), inside.bottom() + 1, whole.width(), whole.height()),
            QRect(whole.left(), inside.top(), inside.left(), inside.height()),
            QRect(inside.right() + 1, inside.top(), whole.width(), inside.height()),
        ):
            painter.fillRect(part, dark)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawRoundedRect(framed.adjusted(1, 1, -1, -1), 10, 10)
        painter.end()
