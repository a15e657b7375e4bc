"""The first page: which edits are learnt from, where the training starts, and the pack's name."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.training.form import Field, sentence
from desktop.training.path_field import EditsField
from desktop.training_session import TrainingStart, TrainingWish
from engine.encoders.pack_manifest import names_apart
from engine.errors import display_path
from engine.stories.known_packs import KnownPack
from engine.translation import tr

_MAX_NAME = 60
_LEAST_WIDTH_PX = 160


class ChoosePage(QWidget):
    """Asks what to train on; `changed` follows each choice."""

    changed = Signal()
    resume_requested = Signal()
    forget_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._packs: tuple[KnownPack, ...] = ()
        self._can_train = True
        self._is_known = False
        self._suggested = ""
        self.missing = sentence(name="problem")
        self.how = sentence()
        self.unfinished = QFrame()
        self.unfinished.setObjectName("panel")
        self._unfinished_text = sentence()
        self.resume = QPushButton(tr("Continue the training"))
        self.forget = QPushButton(tr("Don't continue it"))
        self.edits = EditsField(tr("Finished edits"))
        self.uploaders = EditsField(tr("Who made the edits"), has_folder=False)
        self.start = QComboBox()
        self.start.setAccessibleName(tr("Start from"))
        self.start.setMinimumWidth(_LEAST_WIDTH_PX)
        self.professionals = EditsField(tr("Edits by professionals"))
        self.name = QLineEdit()
        self.name.setMaxLength(_MAX_NAME)
        self.name.setAccessibleName(tr("Name of the new pack"))
        self._lay_out()
        self.resume.clicked.connect(self.resume_requested)
        self.forget.clicked.connect(self.forget_requested)
        for field in (self.edits, self.uploaders, self.professionals):
            field.changed.connect(self.changed)
        self.start.currentIndexChanged.connect(self.changed)
        self.name.textChanged.connect(self.changed)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.resume)
        row.addWidget(self.forget)
        row.addStretch()
        inside = QVBoxLayout(self.unfinished)
        inside.setContentsMargins(14, 12, 14, 12)
        inside.addWidget(self._unfinished_text)
        inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self.missing)
        layout.addWidget(self.how)
        layout.addWidget(self.unfinished)
        layout.addLayout(
            Field(
                tr("&Your finished edits"),
                self.edits,
                tr(
                    "Videos with the music that was chosen for them. Those of each subfolder count "
                    "as the work of one maker. A table (.csv) names clip, track and uploader."
                ),
            )
        )
        layout.addLayout(
            Field(
                tr("&Who made them (optional)"),
                self.uploaders,
                tr(
                    "A table with the columns clip and uploader, where the subfolders don't say. "
                    "The edits of one maker are held out together, to test what was learnt."
                ),
            )
        )
        layout.addLayout(Field(tr("&Start from"), self.start))
        layout.addLayout(
            Field(
                tr("&Edits by professionals (optional)"),
                self.professionals,
                tr("Such as music videos. Learning from scratch needs hundreds of them."),
            )
        )
        layout.addLayout(Field(tr("&Name of the new pack"), self.name))
        layout.addStretch()
        for widget in (self.missing, self.how, self.unfinished):
            widget.hide()

    def show_start(self, start: TrainingStart) -> None:
        """Show what is known before anything is chosen, and keep what was chosen already."""
        self._can_train, self._is_known = start.can_train, True
        self.missing.setVisible(not start.can_train)
        self.how.setVisible(not start.can_train)
        self.missing.setText(tr("This installation of Soundbed has no training part."))
        self.how.setText(
            tr(
                "Training needs PyTorch, which is installed with Soundbed's extra “train” "
                "(soundbed[train]): it takes about 1 GB more. Packs that you have can be compared, "
                "used and rolled back without it, in the settings."
            )
        )
        self._show_unfinished(start)
        chosen = self.start.currentData()
        self._packs = start.packs
        self.start.blockSignals(True)
        self.start.clear()
        names = names_apart((pack.id, pack.folder) for pack in start.packs)
        for pack, name in zip(start.packs, names, strict=True):
            text = (
                tr("{pack}, the pack in use (fine-tune it)")
                if pack.in_use
                else tr("{pack} (fine-tune it)")
            )
            self.start.addItem(text.format(pack=name), pack.folder)
        self.start.addItem(tr("Nothing: learn from scratch"), None)
        folders = [pack.folder for pack in start.packs]
        self.start.setCurrentIndex(folders.index(chosen) if chosen in folders else 0)
        self.start.blockSignals(False)
        if self.name.text() in ("", self._suggested):
            # Once a pack has the name, another one is suggested.
            self.name.setText(start.name)
        self._suggested = start.name
        for widget in (self.edits, self.uploaders, self.start, self.professionals, self.name):
            widget.setEnabled(start.can_train)
        self.changed.emit()

    def _show_unfinished(self, start: TrainingStart) -> None:
        kept = start.unfinished
        self.unfinished.setVisible(kept is not None)
        self.resume.setEnabled(start.can_train)
        if kept is not None:
            text = tr(
                "The training of “{name}” on {edits} isn't finished. It continues with what was "
                "read then, and from the last saved state; a new training takes its place."
            )
            self._unfinished_text.setText(
                text.format(name=kept.request.out.name, edits=display_path(kept.edits))
            )

    @property
    def problem(self) -> str:
        """What is missing before the edits can be read; "" for nothing."""
        if not self._is_known:
            return tr("Looking for your packs…")
        if not self._can_train:
            return self.missing.text()
        if self.edits.path is None:
            return tr("Choose finished edits, or drop them here.")
        if self.start.currentData() is None and self.professionals.path is None:
            return tr("Learning from scratch needs edits by professionals: choose some.")
        if not self._pack_name:
            return tr("Give the new pack a name.")
        if any(sign in self._pack_name for sign in '/\\:*?"<>|') or self._pack_name.startswith("."):
            return tr("A pack's name has no / \\ : * ? \" < > |, and doesn't begin with a dot.")
        return ""

    @property
    def wish(self) -> TrainingWish:
        """What is asked for, once there is no problem."""
        assert self.edits.path is not None
        base = self.start.currentData()
        return TrainingWish(
            edits=self.edits.path,
            name=self._pack_name,
            base=None if base is None else Path(base),
            uploaders=self.uploaders.path,
            professionals=self.professionals.path,
        )

    @property
    def _pack_name(self) -> str:
        return self.name.text().strip()
