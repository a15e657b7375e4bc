"""The page of copies of one file, and of versions of one piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import icons
from desktop.elided import ElidedButton
from desktop.file_manager import show_in_folder
from desktop.jobs import Job, JobRunner
from desktop.library.grouped import GroupedView, Heading, folder_text, title_text
from desktop.session import Session
from desktop.timeline.times import format_time
from engine.errors import SoundbedError, display_path
from engine.library.duplicates import DuplicateGroup
from engine.library.tracks import Track
from engine.progress import Progress
from engine.translation import tr, trn

# More groups help nobody; they are counted.
_MOST_GROUPS = 200
_LEAST_SUMMARY_PX = 320


@dataclass(frozen=True, slots=True)
class _Found:
    """The groups, and the tracks of those that are listed.

    Attributes:
        groups: all of them.
        tracks: by their numbers.
    """

    groups: Sequence[DuplicateGroup]
    tracks: Mapping[int, Track]


class DuplicatesPage(QWidget):
    """Lists tracks that are one file or one piece; looks for them when it is shown.

    Args:
        session: the engine.
        runner: where its calls run.
    """

    remove_requested = Signal(list)

    def __init__(self, session: Session, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._job: Job | None = None
        self._is_outdated = True
        self.summary = QLabel()
        self.summary.setObjectName("quiet")
        self.summary.setWordWrap(True)
        self.view = GroupedView(
            {tr("Title"): 0.38, tr("Length"): 0.1, tr("File"): 0.52},
            _texts,
            tr("Copies and versions"),
        )
        self.view.selected.connect(self._update_buttons)
        self.show_folder = ElidedButton(tr("Show in folder"), icons.icon("folder"))
        self.show_folder.clicked.connect(self._show_in_folder)
        self.remove = ElidedButton(tr("Remove…"), icons.icon("trash"))
        self.remove.setToolTip(tr("Remove the selected tracks from the library; files stay"))
        self.remove.clicked.connect(self._remove)
        # Beside wide buttons it would be a tall column.
        self.summary.setMinimumWidth(_LEAST_SUMMARY_PX)
        buttons = QHBoxLayout()
        buttons.addWidget(self.summary, 1)
        for button in (self.show_folder, self.remove):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(buttons)
        layout.addWidget(self.view, 1)
        self._update_buttons()

    def refresh(self) -> None:
        """Look for copies and versions again, as soon as the page is shown."""
        self._is_outdated = True
        if self.isVisible():
            self._look()

    def showEvent(self, event: object) -> None:
        """Look for copies and versions, if the library has changed since."""
        if self._is_outdated:
            self._look()

    def _look(self) -> None:
        self._is_outdated = False
        if self._job is not None:
            self._job.cancel()
        self.summary.setText(tr("Comparing tracks…"))
        job = self._job = self._runner.start(self._find)
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_error)
        job.ended.connect(lambda: self._end(job))

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None

    def _find(self, progress: Progress) -> _Found:
        groups = self._session.duplicates(progress)
        numbers = [number for group in groups[:_MOST_GROUPS] for number in group.ids]
        return _Found(groups, self._session.read(lambda library: library.tracks.some(numbers)))

    def _show(self, found: _Found) -> None:
        headings = []
        for group in found.groups[:_MOST_GROUPS]:
            tracks = [found.tracks[number] for number in group.ids if number in found.tracks]
            if len(tracks) > 1:
                headings.append(Heading(_heading(group, tracks), tracks))
        n_more = len(found.groups) - _MOST_GROUPS
        if n_more > 0:
            headings.append(Heading(tr("and {n} more").format(n=n_more), ()))
        self.view.show_headings(headings)
        self.summary.setText(_summary(found.groups))
        self._update_buttons()

    def _show_error(self, error: SoundbedError) -> None:
        self.summary.setText(str(error))

    def _update_buttons(self) -> None:
        self.show_folder.setEnabled(isinstance(self.view.current_row(), Track))
        self.remove.setEnabled(bool(self._single_tracks()))

    def _single_tracks(self) -> list[Track]:
        """Return the selected tracks; of a heading, none: one of them should stay."""
        current = self.view.current_row()
        return self.view.chosen(Track) if isinstance(current, Track) else []

    def _remove(self) -> None:
        self.remove_requested.emit(self._single_tracks())

    def _show_in_folder(self) -> None:
        track = self.view.current_row()
        if isinstance(track, Track):
            show_in_folder(track.path)


def _heading(group: DuplicateGroup, tracks: Sequence[Track]) -> str:
    n = len(tracks)
    if group.kind == "copies":
        text = trn("{title}: {n} copy of one file", "{title}: {n} copies of one file", n)
    else:
        text = trn("{title}: {n} version", "{title}: {n} versions", n)
    return text.format(title=tracks[0].title, n=n)


def _texts(row: object) -> tuple[str, str, str]:
    assert isinstance(row, Track)
    file = f"{folder_text(row.path)}/{display_path(row.path.name)}"
    return title_text(row), format_time(row.file.duration_s, 0), file


def _summary(groups: Sequence[DuplicateGroup]) -> str:
    n_copies = sum(group.kind == "copies" for group in groups)
    n_versions = len(groups) - n_copies
    if not groups:
        return tr("No track is there twice, and none in several versions.")
    copied = trn("{n} file is there more than once", "{n} files are there more than once", n_copies)
    pieces = trn("{n} piece has versions", "{n} pieces have versions", n_versions)
    copied, pieces = copied.format(n=n_copies), pieces.format(n=n_versions)
    if n_copies and n_versions:
        text = tr("{copies}; {versions}.").format(copies=copied, versions=pieces)
    else:
        text = tr("{found}.").format(found=copied if n_copies else pieces)
    note = tr("The list of recommendations shows a file once, however often it is there.")
    return f"{text} {note}"
