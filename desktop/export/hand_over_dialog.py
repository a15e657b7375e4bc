"""The dialog that writes several formats together into one folder."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.export.questions import may_replace
from desktop.file_names import folder_of
from desktop.jobs import Job
from desktop.music import Music
from desktop.scrolling import ScrollingPart, resize_within
from desktop.store import stored_list
from desktop.workspace import Workspace
from engine.errors import SoundbedError, display_path
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask
from engine.export.formats import FORMATS
from engine.export.targets import named_targets
from engine.export.video import FORMAT as VIDEO
from engine.path_checks import is_there
from engine.progress import Progress
from engine.settings import SoundChoice
from engine.stories.analyse import ClipAnalysis
from engine.translation import tr

_FORMATS_KEY, _FOLDER_KEY = "hand-over/formats", "hand-over/folder"
_USUAL = ("wav", "fcp7", "cue-sheet")
_PLAN_AFTER_MS = 200
_STEREO = 2
_WIDTH = 560

_Plans = list[tuple[ExportFormat, ExportPlan | SoundbedError]]


class HandOverDialog(QDialog):
    """Asks which formats to write and where; shows before what isn't as expected.

    Args:
        workspace: plans the files.
        clip: the clip.
        music: under it.
        store: remembers formats and folder.
        parent: of the dialog.

    Attributes:
        exports: what to write, once it is accepted.
        folder: where.
        count_as_pick: whether the export is a pick.
    """

    def __init__(
        self,
        workspace: Workspace,
        clip: ClipAnalysis,
        music: Music,
        store: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Hand over"))
        self._workspace = workspace
        self._clip = clip
        self._music = music
        self._store = store
        self._job: Job | None = None
        self._plans: _Plans | None = None
        self._is_waiting = False
        self.exports: list[tuple[ExportFormat, ExportTask]] = []
        self.folder = Path(str(store.value(_FOLDER_KEY, "") or folder_of(clip.info.path)))
        ticked = stored_list(store, _FORMATS_KEY, _USUAL)
        self.boxes: dict[str, QCheckBox] = {}
        for kind in FORMATS:
            box = QCheckBox(kind.texts().title.removesuffix("…"))
            box.setChecked(kind.name in ticked)
            box.setToolTip(kind.texts().help)
            self.boxes[kind.name] = box
        self.name = QLineEdit(
            tr("{clip} with music").format(clip=display_path(clip.info.path.stem))
        )
        self.place = QLineEdit(str(self.folder))
        self.sound = QComboBox()
        self.sound.addItem(tr("Keep its channels, the music in front"), "surround")
        self.sound.addItem(tr("Mix down to stereo"), "stereo")
        self.sound.setCurrentIndex(self.sound.findData(workspace.settings.surround))
        self.count_as_pick = QCheckBox(tr("Count this as my pick"))
        self.notes = QLabel()
        self._timer = QTimer(self, singleShot=True, interval=_PLAN_AFTER_MS)
        self._timer.timeout.connect(self._plan)
        self._lay_out()
        self._connect()
        self._plan()

    def _lay_out(self) -> None:
        choose = QPushButton(tr("Choose…"))
        choose.clicked.connect(self._choose_folder)
        choose.setAutoDefault(False)
        place = QHBoxLayout()
        place.addWidget(self.place, 1)
        place.addWidget(choose)
        form = QFormLayout()
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Folder"), place)
        form.addRow(tr("Surround sound"), self.sound)
        form.setRowVisible(self.sound, self._has_surround)
        self.name.setAccessibleName(tr("Name of the files"))
        self.place.setAccessibleName(tr("Folder of the files"))
        self.notes.setObjectName("small")
        self.notes.setWordWrap(True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.notes.setAccessibleName(tr("What to know before"))
        around = ScrollingPart(self.notes, self.notes.accessibleName())
        around.setMinimumHeight(64)
        buttons = QDialogButtonBox()
        self.write = buttons.addButton(
            tr("Write the files"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.write.setObjectName("primary")
        self.write.setDefault(True)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(ScrollingPart(self._asked(form), tr("What to write")), 1)
        layout.addWidget(around)
        layout.addWidget(buttons)
        resize_within(self, QSize(max(_WIDTH, self.sizeHint().width()), self.sizeHint().height()))

    def _asked(self, form: QFormLayout) -> QWidget:
        """Return the part that is scrolled in a small window: formats, place, and pick."""
        intro = QLabel(tr("The files are written together: all of them, or none."))
        intro.setObjectName("quiet")
        intro.setWordWrap(True)
        part = QWidget()
        inside = QVBoxLayout(part)
        inside.setContentsMargins(0, 0, 6, 0)
        inside.setSpacing(10)
        inside.addWidget(intro)
        for box in self.boxes.values():
            inside.addWidget(box)
        inside.addLayout(form)
        inside.addWidget(self.count_as_pick)
        inside.addStretch()
        return part

    def _connect(self) -> None:
        for box in self.boxes.values():
            box.toggled.connect(self._change)
        self.name.textChanged.connect(self._change)
        self.place.textChanged.connect(self._change)
        self.sound.currentIndexChanged.connect(self._change)
        self.finished.connect(self._stop_planning)

    @property
    def is_planned(self) -> bool:
        """Whether it is known what would be written."""
        return self._plans is not None

    @property
    def _has_surround(self) -> bool:
        sound = self._clip.info.sound
        return sound is not None and sound.n_channels > _STEREO

    @property
    def _kinds(self) -> list[ExportFormat]:
        return [kind for kind in FORMATS if self.boxes[kind.name].isChecked()]

    @property
    def _sound_choice(self) -> SoundChoice:
        return "stereo" if self.sound.currentData() == "stereo" else "surround"

    def _change(self) -> None:
        self._stop_planning()
        self.write.setEnabled(True)
        self._timer.start()

    def _stop_planning(self) -> None:
        """Drop what was planned, or is being planned: it is no longer what is asked."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        self._job = self._plans = None
        self._is_waiting = False

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder"), self.place.text())
        if chosen:
            self.place.setText(chosen)

    def _plan(self) -> None:
        """Find out what would be written, and show what isn't as expected."""
        self._timer.stop()
        self.sound.setEnabled(self.boxes[VIDEO.name].isChecked())
        kinds, name, place = self._kinds, self.name.text().strip(), self.place.text().strip()
        if not kinds or not name or not place or "/" in name:
            self._refuse()
            self.notes.setText(tr("Choose at least one format, a name and a folder."))
            return
        outs = named_targets(Path(place).expanduser().absolute(), name, kinds)
        session, info, sound = self._workspace.session, self._clip.info, self._sound_choice

        def plan(_progress: Progress) -> _Plans:
            plans: _Plans = []
            for kind, out in zip(kinds, outs, strict=True):
                try:
                    plans.append((kind, session.plan_export(kind, info, out, sound)))
                except SoundbedError as error:
                    plans.append((kind, error))
            return plans

        job = self._job = self._workspace.runner.start(plan)
        job.succeeded.connect(self._show_plans)
        job.failed.connect(self._show_error)

    def _show_error(self, error: SoundbedError) -> None:
        self._refuse()
        self.notes.setText(str(error))

    def _refuse(self) -> None:
        self._is_waiting = False
        self.write.setEnabled(False)

    def _show_plans(self, plans: _Plans) -> None:
        self._plans = plans
        notes: list[str] = []
        for kind, plan in plans:
            title = kind.texts().title.removesuffix("…")
            found = [str(plan)] if isinstance(plan, SoundbedError) else plan.notes
            notes += [f"{title}: {note}" for note in found]
        self.notes.setText("\n".join(notes))
        can_write = all(isinstance(plan, ExportPlan) for _, plan in plans)
        self.write.setEnabled(can_write)
        was_waiting, self._is_waiting = self._is_waiting, False
        if was_waiting and can_write:
            self._accept()

    def _accept(self) -> None:
        """Ask before files are replaced, remember the choices, and close.

        While it is still being planned, this happens as soon as it is known what to write.
        """
        if self._plans is None:
            self._is_waiting = True
            self.write.setEnabled(False)
            if self._timer.isActive():
                self._plan()
            return
        tasks = _tasks(self._plans, self._clip, self._music)
        paths = dict.fromkeys(path for kind, task in tasks for path in kind.files(task))
        existing = [path for path in paths if is_there(path)]
        if not may_replace(existing, self):
            return
        self.exports = [(kind, replace(task, overwrite=bool(existing))) for kind, task in tasks]
        self.folder = tasks[0][1].out.parent
        self._store.setValue(_FOLDER_KEY, str(self.folder))
        self._store.setValue(_FORMATS_KEY, [kind.name for kind, _ in tasks])
        workspace = self._workspace
        workspace.set_settings(replace(workspace.settings, surround=self._sound_choice))
        self.accept()


def _tasks(
    plans: _Plans, clip: ClipAnalysis, music: Music
) -> list[tuple[ExportFormat, ExportTask]]:
    return [
        (kind, ExportTask(clip.info, music.arrangement, plan.out, plan=plan))
        for kind, plan in plans
        if isinstance(plan, ExportPlan)
    ]
