"""The export menu: asks for the files, confirms before replacing any, and shows the progress."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.deciding.picking import count_as_picks
from desktop.dialogs import open_once
from desktop.export.hand_over_dialog import HandOverDialog
from desktop.export.questions import ask_for_sound, may_replace, may_write, say_busy
from desktop.export.text_dialog import TextDialog
from desktop.file_names import folder_of
from desktop.jobs import Lane
from desktop.task_strip import TaskStrip
from desktop.workspace import Workspace
from engine.arrangement.arrangement import Arrangement
from engine.errors import display_path
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask, as_asked
from engine.export.formats import FORMATS
from engine.export.video import FORMAT as VIDEO
from engine.path_checks import is_there
from engine.translation import tr, trn

FOLDER_KEY = "export/folder"
HAND_OVER_KEY = "Ctrl+Shift+H"
_STEREO = 2

Exports = Sequence[tuple[ExportFormat, ExportTask]]


class ExportActions(QObject):
    """The entries of the export menu: one for each format, and one for several together.

    Args:
        workspace: whose arrangement is exported.
        strip: shows progress and result.
        window: parent of the dialogs.
        settings: remembers the folder.

    Attributes:
        actions: of the formats, in the order of the table.
        several: opens the dialog that writes several formats together.
        count_as_pick: whether an export is a pick.
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
        self.several = QAction(tr("&Hand over several files…"), self)
        self.several.setShortcut(QKeySequence(HAND_OVER_KEY))
        self.several.triggered.connect(self.hand_over)
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
        for action in (*self.actions, self.several):
            action.setEnabled(can_export)
            action.setToolTip("" if can_export else not_shown())
            action.setStatusTip(action.toolTip())

    def export(self, kind: ExportFormat) -> None:
        """Ask where to save, plan the file, and write it."""
        arrangement = self._workspace.arrangement
        if arrangement is None or self._is_busy():
            return
        chosen = self._ask_where(arrangement, kind)
        if chosen is None:
            return
        out = with_suffix(chosen, kind)
        self._settings.setValue(FOLDER_KEY, str(out.parent))
        if kind.plan is as_asked:
            self._write(kind, arrangement, ExportPlan(out))
        else:
            self._plan(kind, arrangement, out)

    def hand_over(self) -> None:
        """Ask for several formats, and write them together: all, or none."""
        workspace = self._workspace
        clip, music = workspace.clip, workspace.music
        if clip is None or music is None or self._is_busy():
            return
        dialog = HandOverDialog(workspace, clip, music, self._settings, self._window)
        dialog.count_as_pick.setChecked(self.count_as_pick.isChecked())
        dialog.count_as_pick.toggled.connect(self.count_as_pick.setChecked)
        dialog.accepted.connect(lambda: self._start(dialog.exports, dialog.folder))
        open_once(dialog)

    def _plan(self, kind: ExportFormat, arrangement: Arrangement, out: Path) -> None:
        """Find out what will be written, ask about it, and write it."""
        workspace = self._workspace
        clip = workspace.clip
        assert clip is not None
        sound = workspace.settings.surround
        clip_sound = clip.info.sound
        if kind is VIDEO and clip_sound is not None and clip_sound.n_channels > _STEREO:
            chosen = ask_for_sound(sound, self._window)
            if chosen is None:
                return
            sound = chosen
            workspace.set_settings(replace(workspace.settings, surround=sound))
        job = workspace.runner.start(
            lambda _: workspace.session.plan_export(kind, clip.info, out, sound)
        )
        job.succeeded.connect(lambda plan: self._write(kind, arrangement, plan, asks=True))
        job.failed.connect(lambda error: self._strip.say(str(error)))

    def _write(
        self, kind: ExportFormat, arrangement: Arrangement, plan: ExportPlan, asks: bool = False
    ) -> None:
        clip = self._workspace.clip
        if clip is None or clip.info.path != arrangement.clip.path or self._is_busy():
            return
        task = ExportTask(clip.info, arrangement, plan.out, plan=plan)
        existing = [path for path in kind.files(task) if is_there(path)]
        if asks and not may_write(plan.notes, self._window):
            return
        if may_replace(existing, self._window):
            self._start([(kind, replace(task, overwrite=bool(existing)))])

    def _start(self, exports: Exports, folder: Path | None = None) -> None:
        """Write files in the background.

        Args:
            exports: what to write.
            folder: of all of them, where they are several.
        """
        clip, music = self._workspace.clip, self._workspace.music
        if clip is None or music is None:
            return
        session = self._workspace.session
        job = self._workspace.runner.start(
            lambda progress: session.export(exports, progress), Lane.READ
        )
        # Not the music under the clip by then: the user may choose another track meanwhile.
        job.succeeded.connect(lambda _: count_as_picks(self._workspace, clip, music.tracks))
        title = exports[0][0].texts().task if folder is None else tr("Writing the files")
        # Formats may share files, such as the sound beside timelines.
        n_files = len({path for kind, task in exports for path in kind.files(task)})
        self._strip.follow(job, title, lambda plans: _done(plans, folder, n_files))

    def _is_busy(self) -> bool:
        if self._strip.busy:
            say_busy(self._window)
        return self._strip.busy

    def _set_picks(self, counts: bool) -> None:
        settings = self._workspace.settings
        self._workspace.set_settings(replace(settings, exports_are_picks=counts))

    def _open(self, kind: ExportFormat) -> None:
        arrangement = self._workspace.arrangement
        if kind.text is None or arrangement is None:
            self.export(kind)
            return
        texts = kind.texts()
        dialog = TextDialog(
            texts.title.removesuffix("…"), texts.advice, kind.text(arrangement), self._window
        )
        dialog.save_requested.connect(lambda: self.export(kind))
        open_once(dialog)

    def _action(self, kind: ExportFormat) -> QAction:
        action = QAction(kind.texts().title, self)
        if kind.shortcut:
            action.setShortcut(QKeySequence(kind.shortcut))
        action.triggered.connect(lambda: self._open(kind))
        return action

    def _ask_where(self, arrangement: Arrangement, kind: ExportFormat) -> Path | None:
        clip, texts = arrangement.clip.path, kind.texts()
        folder = self._settings.value(FOLDER_KEY, "") or str(folder_of(clip))
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


def not_shown() -> str:
    """Return why nothing can be played or exported now."""
    return tr("This can be used once a clip is open and analysed.")


def with_suffix(path: Path, kind: ExportFormat) -> Path:
    """Return the path with a suffix of the format; one that is allowed is kept."""
    if path.suffix.lower() in kind.suffixes:
        return path
    return path.with_name(path.name + kind.suffixes[0])


def _done(plans: object, folder: Path | None, n_files: int) -> tuple[str, Path | None]:
    assert isinstance(plans, tuple)
    outs = [plan.out for plan in plans]
    if folder is None:
        text = tr("Saved {name}").format(name=display_path(outs[0].name))
    else:
        text = trn("Saved {n} file in {folder}", "Saved {n} files in {folder}", n_files).format(
            n=n_files, folder=display_path(folder)
        )
    notes = dict.fromkeys(note for plan in plans for note in plan.notes)
    return " · ".join((text, *notes)), outs[0]
