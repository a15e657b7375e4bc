"""Where the result goes: asks for the file, never replaces one unasked, and follows the writing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.export.credits import CreditsDialog
from desktop.jobs import Lane
from desktop.task_strip import TaskStrip
from desktop.workspace import Workspace
from engine.arrangement.plan import MixPlan
from engine.errors import display_path
from engine.progress import Progress
from engine.translation import tr

_FOLDER_KEY = "export/folder"
# A picture that MP4 can't hold goes into one of these; asking covers them all.
_VIDEO_SUFFIXES = (".mp4", ".mov", ".mkv")


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file that can be taken away.

    Args:
        title: the menu entry.
        task: what is said while it is written.
        suffix: of the file, with its dot.
        others: suffixes that are right as well.
        kinds: the filter of the file dialog.
        write: writes the plan to a file, may replace it, and returns where it is.
        shortcut: its keys, or "".
    """

    title: str
    task: str
    suffix: str
    others: tuple[str, ...]
    kinds: str
    write: Callable[[MixPlan, Path, bool, Progress], Path]
    shortcut: str = ""


class ExportActions(QObject):
    """The entries of the export menu.

    Args:
        workspace: whose plan is taken away.
        strip: shows progress and result.
        window: parent of the dialogs.
        settings: remembers the folder.
    """

    def __init__(
        self, workspace: Workspace, strip: TaskStrip, window: QWidget, settings: QSettings
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._strip = strip
        self._window = window
        self._settings = settings
        self.actions = [self._action(export) for export in _exports(workspace)]
        credits_action = QAction(tr("Credits…"), self)
        credits_action.triggered.connect(self.show_credits)
        self.actions.append(credits_action)
        workspace.plan_changed.connect(self.refresh)
        workspace.clip_opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer the export only when there is something to take away."""
        for action in self.actions:
            action.setEnabled(self._workspace.plan is not None)

    def export(self, export: Export) -> None:
        """Ask where to, and write it."""
        plan = self._workspace.plan
        if plan is None:
            return
        if self._strip.busy:
            self._strip_is_busy()
            return
        chosen = self._ask_where(plan, export)
        if chosen is None:
            return
        out = with_suffix(chosen, export)
        there = [path for path in _possible(out, export) if path.exists()]
        if there and not self._may_replace(there[0]):
            return
        self._settings.setValue(_FOLDER_KEY, str(out.parent))
        overwrite = bool(there)
        job = self._workspace.runner.start(
            lambda progress: export.write(plan, out, overwrite, progress), Lane.READ
        )
        job.succeeded.connect(lambda _: self._workspace.add_pick())
        self._strip.follow(job, export.task, lambda written: _done(out, written))

    def show_credits(self) -> None:
        """Show the lines that name the music, to copy or to save."""
        plan = self._workspace.plan
        if plan is None:
            return
        job = self._workspace.runner.start(lambda _: self._workspace.session.credits(plan))
        job.failed.connect(lambda error: self._strip.say(str(error)))
        job.succeeded.connect(self._open_credits)

    def _open_credits(self, text: object) -> None:
        dialog = CreditsDialog(str(text), self._window)
        dialog.save_requested.connect(lambda: self.export(_credits_file(self._workspace)))
        dialog.open()

    def _action(self, export: Export) -> QAction:
        action = QAction(export.title, self)
        if export.shortcut:
            action.setShortcut(QKeySequence(export.shortcut))
        action.triggered.connect(lambda: self.export(export))
        return action

    def _ask_where(self, plan: MixPlan, export: Export) -> Path | None:
        folder = self._settings.value(_FOLDER_KEY, "") or str(plan.clip_path.parent)
        name = tr("{clip} with music").format(clip=plan.clip_path.stem) + export.suffix
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            export.title.replace("&", ""),
            str(Path(str(folder)) / name),
            export.kinds,
            # We ask ourselves: the suffix that is added may hit another file.
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        return Path(chosen) if chosen else None

    def _may_replace(self, path: Path) -> bool:
        box = QMessageBox(
            QMessageBox.Icon.Question,
            tr("Replace the file?"),
            tr("There is a file {name} already.").format(name=display_path(path.name)),
            parent=self._window,
        )
        box.setInformativeText(tr("Replacing it can't be undone."))
        replace = box.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        return box.clickedButton() is replace

    def _strip_is_busy(self) -> None:
        QMessageBox.information(
            self._window,
            tr("One thing at a time"),
            tr("Wait until the work shown at the bottom is done, or cancel it."),
        )


def with_suffix(path: Path, export: Export) -> Path:
    """Return the path with a suffix that fits the kind of file; a fitting one is kept."""
    if path.suffix.lower() in (export.suffix, *export.others):
        return path
    return path.with_name(path.name + export.suffix)


def _possible(out: Path, export: Export) -> list[Path]:
    return [out, *(out.with_suffix(other) for other in export.others if other != out.suffix)]


def _done(asked: Path, written: object) -> tuple[str, Path | None]:
    path = written if isinstance(written, Path) else asked
    said = tr("Saved {name}").format(name=display_path(path.name))
    if path.suffix != asked.suffix:
        said += " · " + tr("{suffix} can't hold this picture, so it is a {other} file").format(
            suffix=asked.suffix, other=path.suffix
        )
    return said, path


def _exports(workspace: Workspace) -> tuple[Export, ...]:
    session = workspace.session
    return (
        Export(
            tr("Video with music…"),
            tr("Writing the video"),
            ".mp4",
            _VIDEO_SUFFIXES[1:],
            tr("Videos") + " (*.mp4 *.mov *.mkv)",
            session.export_video,
            "Ctrl+E",
        ),
        Export(
            tr("Music as WAV…"),
            tr("Writing the music"),
            ".wav",
            (),
            tr("Sound") + " (*.wav)",
            session.export_wav,
            "Ctrl+Shift+E",
        ),
        Export(
            tr("Timeline for editing programs…"),
            tr("Writing the timeline"),
            ".otio",
            (),
            tr("OpenTimelineIO") + " (*.otio)",
            session.export_timeline,
        ),
    )


def _credits_file(workspace: Workspace) -> Export:
    return Export(
        tr("Save the credits"),
        tr("Writing the credits"),
        ".txt",
        (),
        tr("Text") + " (*.txt)",
        workspace.session.export_credits,
    )
