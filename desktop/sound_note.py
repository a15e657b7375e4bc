"""Says in the status bar that there is no audio device."""

from PySide6.QtWidgets import QLabel, QStatusBar

from engine.translation import tr


class SoundNote(QLabel):
    """At the right of the status bar; a message takes its place for as long as it is shown.

    Args:
        bar: the status bar.
    """

    def __init__(self, bar: QStatusBar) -> None:
        super().__init__()
        bar.addPermanentWidget(self)
        bar.messageChanged.connect(lambda message: self.setHidden(bool(message)))

    def show_device(self, has_sound: bool) -> None:
        """Say it, unless there is an audio device."""
        self.setText("" if has_sound else tr("No audio device found: playback is silent"))
