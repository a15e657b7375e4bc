"""The page of files that can't be used, or only in part, and of what scans left out."""

from collections import defaultdict
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import icons
from desktop.elided import ElidedButton
from desktop.file_manager import show_in_folder
from desktop.library.grouped import GroupedView, Heading, folder_text
from desktop.library.scan_words import unusable_words
from desktop.library.scans import LibraryScans
from engine.errors import display_path
from engine.library.left_out import Cause, LeftOut
from engine.library.problems import ProblemFile, Problems
from engine.library.reasons import REASONS, FileCheck
from engine.translation import tr, trn


class ProblemsPage(QWidget):
    """Lists files by reason, and tries them again.

    Args:
        scans: analyses files.
    """

    counted = Signal(int)

    def __init__(self, scans: LibraryScans, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scans = scans
        self._found = Problems((), ())
        self.summary = QLabel()
        self.summary.setObjectName("quiet")
        self.summary.setWordWrap(True)
        self.view = GroupedView(
            {tr("File"): 0.25, tr("Folder"): 0.3, tr("What is wrong"): 0.45},
            _texts,
            tr("Files that can't be used"),
        )
        self.view.selected.connect(self._update_buttons)
        self.retry = ElidedButton(tr("Try again"), icons.icon("refresh"))
        self.retry.setToolTip(tr("Analyse the selected files once more, or all of a reason"))
        self.retry.clicked.connect(self._retry)
        self.retry_all = ElidedButton(tr("Try all again"))
        self.retry_all.clicked.connect(lambda: self._try(self._found.files))
        self.show_folder = ElidedButton(tr("Show in folder"), icons.icon("folder"))
        self.show_folder.clicked.connect(self._show_in_folder)
        buttons = QHBoxLayout()
        buttons.addWidget(self.summary, 1)
        for button in (self.retry, self.retry_all, self.show_folder):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(buttons)
        layout.addWidget(self.view, 1)
        self.show_problems(self._found)

    def show_problems(self, found: Problems) -> None:
        """Show what the scans of the library couldn't use."""
        self._found = found
        by_reason = defaultdict(list)
        for file in found.files:
            by_reason[file.reason].append(file)
        by_cause = defaultdict(list)
        for each in found.left_out:
            by_cause[each.cause].append(each)
        headings = [
            Heading(_counted(FileCheck(reason).label, len(files)), files)
            for reason in REASONS
            if (files := by_reason[reason])
        ]
        headings += [
            Heading(
                _counted(tr("left out: {what}").format(what=_CAUSES[cause]()), len(rows)),
                rows,
                rows[0].explanation,
            )
            for cause in get_args(Cause)
            if (rows := by_cause[cause])
        ]
        self.view.show_headings(headings)
        n_failed = sum(not file.is_usable for file in found.files)
        self.summary.setText(_summary(n_failed, len(found.files) - n_failed, len(found.left_out)))
        self.counted.emit(n_failed)
        self._update_buttons()

    def _update_buttons(self) -> None:
        self.retry.setEnabled(bool(self.view.chosen(ProblemFile)))
        self.retry_all.setEnabled(bool(self._found.files))
        self.show_folder.setEnabled(self.view.current_row() is not None)

    def _retry(self) -> None:
        self._try(self.view.chosen(ProblemFile))

    def _try(self, files: "list[ProblemFile] | tuple[ProblemFile, ...]") -> None:
        if files:
            self._scans.retry([file.track_id for file in files])

    def _show_in_folder(self) -> None:
        row = self.view.current_row()
        if isinstance(row, ProblemFile | LeftOut):
            show_in_folder(row.path)


_CAUSES = {
    "film": lambda: tr("films"),
    "format": lambda: tr("formats that can't be read"),
    "linked folder": lambda: tr("links to folders"),
    "closed folder": lambda: tr("folders that can't be read"),
    "not a file": lambda: tr("pipes and devices"),
}


def _counted(text: str, n: int) -> str:
    return f"{text[:1].upper()}{text[1:]} ({n})"


def _texts(row: object) -> tuple[str, str, str]:
    if isinstance(row, ProblemFile):
        message = row.message or row.check.label
    else:
        assert isinstance(row, LeftOut)
        message = row.explanation
    return display_path(row.path.name), folder_text(row.path), f"{message[:1].upper()}{message[1:]}"


def _summary(n_failed: int, n_incomplete: int, n_left_out: int) -> str:
    parts = []
    if n_failed:
        parts.append(unusable_words(n_failed))
    if n_incomplete:
        text = trn(
            "{n} can be used, but has a fault", "{n} can be used, but have a fault", n_incomplete
        )
        parts.append(text.format(n=n_incomplete))
    if n_left_out:
        text = trn("{n} was left out", "{n} were left out", n_left_out)
        parts.append(text.format(n=n_left_out))
    return ", ".join(parts) + "." if parts else tr("All files of your folders can be used.")
