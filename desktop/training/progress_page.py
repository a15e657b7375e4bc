"""The third page: how far the training is, and how well it learns."""

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.clip.analysing import show_progress
from desktop.training.form import sentence
from desktop.training.plot import LearningPlot
from desktop.training.step_words import describe_step
from engine.progress import LearningPoint, ProgressStep
from engine.translation import tr


class ProgressPage(QWidget):
    """Shows a training while it runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = sentence()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the training"))
        self.plot = LearningPlot()
        self.words = sentence()
        self.words.setAccessibleName(tr("How well it learns"))
        note = sentence(
            tr(
                "It continues when this window is closed. When it is cancelled, it can be "
                "continued later."
            ),
            "small",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.stage)
        layout.addWidget(self.bar)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.words)
        layout.addWidget(note)

    def start(self) -> None:
        """Show that a training begins."""
        self.stage.setText(tr("Starting the training…"))
        self.bar.setRange(0, 0)
        self.plot.clear()
        self.words.setText(tr("The curves appear with the first measurements."))

    def show_step(self, step: ProgressStep) -> None:
        """Show how far it is."""
        show_progress(self.bar, step)
        self.stage.setText(describe_step(step))

    def add(self, point: LearningPoint) -> None:
        """Show how well it learns."""
        self.plot.add(point)
        self.words.setText(self.plot.curves.in_words())
