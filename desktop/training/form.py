"""What the pages of the training are made of: labels, rows of a form, and lists of sentences."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


def sentence(text: str = "", name: str = "") -> QLabel:
    """Return a label for a sentence, which can be selected with the mouse.

    Args:
        text: what it says.
        name: of its style.
    """
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class Field(QVBoxLayout):
    """A label over a control and a note.

    Args:
        text: of the label, with the key that leads to the control.
        control: below it.
        note: what it is for; "" for none.
    """

    def __init__(self, text: str, control: QWidget, note: str = "") -> None:
        super().__init__()
        self.setSpacing(4)
        label = QLabel(text)
        label.setBuddy(control)
        self.addWidget(label)
        self.addWidget(control)
        if note:
            self.addWidget(sentence(note, "small"))


def as_list(sentences: Iterable[str]) -> str:
    """Return sentences as a list, one in each line."""
    return "\n".join(f"• {each}" for each in sentences)
