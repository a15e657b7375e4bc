"""The pages shown while a clip is analysed, and when it can't be used."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop import icons
from engine.errors import SoundbedError, display_path
from engine.progress import ProgressStep
from engine.translation import tr

_STEPS = 1000
_COLUMN_WIDTH = 680


class Analysing(QWidget):
    """The progress of the analysis, and a button that cancels it."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Takes the focus, so that Space presses no button that happens to be next.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._title = _label("heading")
        self._stage = _label("quiet")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(380)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of the analysis"))
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.cancel_requested)
        _stack_centred(self, [self._title, self._bar, self._stage, cancel])

    def start(self, clip: Path) -> None:
        """Show that this clip is being analysed."""
        self._title.setText(tr("Analysing {name}").format(name=display_path(clip.name)))
        self._stage.setText(tr("Opening the file"))
        self._bar.setRange(0, 0)

    def show_step(self, step: ProgressStep) -> None:
        """Show how far the analysis is."""
        self._stage.setText(step.stage)
        show_progress(self._bar, step)


class Problem(QWidget):
    """Why a clip can't be used, and what to do."""

    open_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol = QLabel()
        self._symbol.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = _label("problem")
        self._file = _label("quiet")
        self._remedy = _label("")
        for label in (self._title, self._file, self._remedy):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        again = QPushButton(tr("Open another clip…"))
        again.setObjectName("primary")
        again.clicked.connect(self.open_requested)
        self._back = QPushButton(tr("Back"))
        self._back.clicked.connect(self.back_requested)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 12, 0, 0)
        row.addWidget(again)
        row.addWidget(self._back)
        _stack_centred(self, [self._symbol, self._title, self._file, self._remedy, buttons])

    def show_error(self, error: SoundbedError) -> None:
        """Show what failed, on which file, and what to do."""
        self._symbol.setPixmap(icons.icon("warning", "problem").pixmap(44, 44))
        problem = error.problem
        self._title.setText(problem[:1].upper() + problem[1:])
        self._file.setText("" if error.path is None else display_path(error.path))
        self._file.setVisible(error.path is not None)
        self._remedy.setText(error.remedy)
        self._remedy.setVisible(bool(error.remedy))
        self.setAccessibleDescription(str(error))

    def text(self) -> str:
        """Return what is shown, as one line."""
        return " ".join(label.text() for label in (self._title, self._file, self._remedy))


def show_progress(bar: QProgressBar, step: ProgressStep) -> None:
    """Set a progress bar to a step; without a total it only shows that a task runs."""
    if step.total:
        bar.setRange(0, _STEPS)
        bar.setValue(round(_STEPS * min(max(step.done / step.total, 0.0), 1.0)))
    else:
        bar.setRange(0, 0)


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _stack_centred(page: QWidget, widgets: list[QWidget]) -> None:
    column = QWidget()
    column.setFixedWidth(_COLUMN_WIDTH)
    stack = QVBoxLayout(column)
    stack.setSpacing(12)
    for widget in widgets:
        if isinstance(widget, QLabel):
            # Without an alignment, so that the height fits the wrapped text.
            stack.addWidget(widget)
        else:
            stack.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    layout = QVBoxLayout(page)
    layout.addStretch()
    # Not by an alignment: Qt would measure the wrapped text as if it were as wide as the page.
    row = QHBoxLayout()
    row.addStretch()
    row.addWidget(column)
    row.addStretch()
    layout.addLayout(row)
    layout.addStretch()
