"""The export menu: asks for the file, confirms before replacing one, and shows the progress."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.export.text_dialog import TextDialog
from desktop.jobs import Lane
from desktop.task_strip import TaskStrip
from desktop.workspace import Workspace
from engine.arrangement.arrangement import Arrangement
from engine.errors import display_path
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask, as_asked
from engine.export.formats import FORMATS
from engine.translation import tr

_FOLDER_KEY = "export/folder"


class ExportActions(QObject):
    """The entries of the export menu, one for each format.

    Args:
        workspace: whose arrangement is exported.
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
        self._is_shown = False
        self.actions: list[QAction] = [self._action(kind) for kind in FORMATS]
        self.count_as_pick = QAction(tr("Count an export as my &pick"), self)
        self.count_as_pick.setCheckable(True)
        self.count_as_pick.setChecked(workspace.settings.exports_are_picks)
        self.count_as_pick.toggled.connect(self._set_picks)
        workspace.music_changed.connect(self.refresh)
        workspace.clip_opened.connect(self.refresh)
        self.refresh()

    def set_shown(self, is_shown: bool) -> None:
        """Say whether the clip is shown: what the user doesn't see can't be exported."""
        self._is_shown = is_shown
        self.refresh()

    def refresh(self) -> None:
        """Enable the entries only when there is something to export."""
        can_export = self._is_shown and self._workspace.arrangement is not None
        for action in self.actions:
            action.setEnabled(can_export)
            action.setToolTip("" if can_export else not_shown())
            action.setStatusTip(action.toolTip())

    def _set_picks(self, counts: bool) -> None:
        settings = self._workspace.settings
        self._workspace.set_settings(replace(settings, exports_are_picks=counts))

    def export(self, kind: ExportFormat) -> None:
        """Ask where to save, and write the file."""
        clip, music = self._workspace.clip, self._workspace.music
        if clip is None or music is None:
            return
        arrangement, track = music.arrangement, music.tracks[0]
        if self._strip.busy:
            self._say_busy()
            return
        chosen = self._ask_where(arrangement, kind)
        if chosen is None:
            return
        out = with_suffix(chosen, kind)
        task = ExportTask(clip.info, arrangement, out)
        written = (*_possible(out, kind), *kind.beside(task))
        existing = [path for path in written if path.exists()]
        if existing and not self._may_replace(existing[0]):
            return
        self._settings.setValue(_FOLDER_KEY, str(out.parent))
        task = replace(task, overwrite=bool(existing))
        session = self._workspace.session
        job = self._workspace.runner.start(
            lambda progress: session.export(kind, task, progress), Lane.READ
        )
        # Not the music under the clip by then: the user may choose another track meanwhile.
        job.succeeded.connect(lambda _: self._workspace.count_as_pick(clip, track))
        self._strip.follow(job, kind.texts().task, lambda written: _done(out, written))

    def _start(self, kind: ExportFormat) -> None:
        arrangement = self._workspace.arrangement
        if kind.text is None or arrangement is None:
            self.export(kind)
            return
        texts = kind.texts()
        dialog = TextDialog(
            texts.title.removesuffix("…"), texts.advice, kind.text(arrangement), self._window
        )
        dialog.save_requested.connect(lambda: self.export(kind))
        dialog.open()

    def _action(self, kind: ExportFormat) -> QAction:
        action = QAction(kind.texts().title, self)
        if kind.shortcut:
            action.setShortcut(QKeySequence(kind.shortcut))
        action.triggered.connect(lambda: self._start(kind))
        return action

    def _ask_where(self, arrangement: Arrangement, kind: ExportFormat) -> Path | None:
        clip, texts = arrangement.clip.path, kind.texts()
        folder = self._settings.value(_FOLDER_KEY, "") or str(clip.parent)
        name = tr("{clip} with music").format(clip=clip.stem) + kind.suffixes[0]
        patterns = " ".join(f"*{suffix}" for suffix in kind.suffixes)
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            texts.title.removesuffix("…"),
            str(Path(str(folder)) / name),
            f"{texts.files} ({patterns})",
            # The question follows below: the suffix that is added may name another file.
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        return Path(chosen) if chosen else None

    def _may_replace(self, path: Path) -> bool:
        box = QMessageBox(
            QMessageBox.Icon.Question,
            tr("Replace the file?"),
            tr("A file named {name} already exists.").format(name=display_path(path.name)),
            parent=self._window,
        )
        box.setInformativeText(tr("Replacing it can't be undone."))
        replace = box.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        return box.clickedButton() is replace

    def _say_busy(self) -> None:
        QMessageBox.information(
            self._window,
            tr("A task is running"),
            tr("Wait until the task shown at the bottom is done, or cancel it."),
        )


def not_shown() -> str:
    """Return why nothing can be played or exported now."""
    return tr("This can be used once a clip is open and analysed.")


def with_suffix(path: Path, kind: ExportFormat) -> Path:
    """Return the path with a suffix of the format; one that is allowed is kept."""
    if path.suffix.lower() in kind.suffixes:
        return path
    return path.with_name(path.name + kind.suffixes[0])


def _possible(out: Path, kind: ExportFormat) -> list[Path]:
    """Return the paths that may be written: the clip's codec may need another suffix."""
    others = () if kind.plan is as_asked else kind.suffixes
    return [out, *(out.with_suffix(suffix) for suffix in others if suffix != out.suffix)]


def _done(asked: Path, written: object) -> tuple[str, Path | None]:
    plan = written if isinstance(written, ExportPlan) else ExportPlan(asked)
    text = tr("Saved {name}").format(name=display_path(plan.out.name))
    return " · ".join((text, *plan.notes)), plan.out
