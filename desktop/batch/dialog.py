"""The dialog that asks what to make for the clips of a folder."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.batch.folder_field import FolderField
from desktop.dropping import TakesDroppedPath
from desktop.file_names import is_utf8
from desktop.jobs import Job, JobRunner
from desktop.results.filter_bar import FilterBar
from desktop.results.request import RankingRequest
from desktop.session import Session
from desktop.store import stored_list
from engine.errors import SoundbedError
from engine.export.formats import FORMATS
from engine.settings import Settings
from engine.stories.batch_options import OUT_FOLDER, BatchOptions, BatchPlan
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr, trn

_FOLDER_KEY, _OUT_KEY = "batch/folder", "batch/out"
_FORMATS_KEY, _SCENES_KEY = "batch/formats", "batch/by-scenes"
_USUAL = ("video",)
_PLAN_AFTER_MS = 250
_WIDTH, _MARGIN = 700, 40
_N_COLUMNS = 2
_LABEL_TOP = 6


@dataclass(frozen=True, slots=True)
class Batch:
    """What the user asks for.

    Attributes:
        folder: of the clips.
        out: where the results are written.
        options: what to make.
    """

    folder: Path
    out: Path
    options: BatchOptions


class BatchDialog(TakesDroppedPath, QDialog):
    """Asks for a folder, what to make of its clips and where; shows what is finished already.

    Args:
        session: finds the clips.
        runner: where the session's calls run.
        settings: levels, loudness and ducking of each mix.
        ranking: the window's filters, which the dialog starts with.
        store: remembers the choices.
        parent: of the dialog.

    Attributes:
        batch: what to do, once it is accepted.
    """

    def __init__(
        self,
        session: Session,
        runner: JobRunner,
        settings: Settings,
        ranking: RankingOptions,
        store: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Music for a folder of clips"))
        self.setAcceptDrops(True)
        self._session = session
        self._runner = runner
        self._settings = settings
        self._store = store
        self._job: Job | None = None
        self.batch: Batch | None = None
        self.clips = FolderField(tr("Folder of the clips"))
        self.out = FolderField(tr("Folder of the results"))
        self.music = QComboBox()
        self.music.addItem(tr("The best track for each clip"), False)
        self.music.addItem(tr("A track for each scene of a clip"), True)
        self.music.setAccessibleName(tr("Music of each clip"))
        # Search and wishes aren't shown here, so they don't count.
        self.request = RankingRequest(
            RankingOptions(filters=ranking.filters, taste=ranking.taste), self
        )
        self.filters = FilterBar(self.request)
        self.boxes: dict[str, QCheckBox] = {}
        for kind in FORMATS:
            box = QCheckBox(kind.texts().title.removesuffix("…"))
            box.setToolTip(kind.texts().help)
            self.boxes[kind.name] = box
        self.again = QCheckBox(tr("Make finished clips again"))
        self.found = QLabel()
        self._timer = QTimer(self, singleShot=True, interval=_PLAN_AFTER_MS)
        self._timer.timeout.connect(self._plan)
        self._lay_out()
        self._restore()
        self._connect()
        self._read_words()
        self._plan()

    def _lay_out(self) -> None:
        form = QWidget()
        rows = self._rows = QGridLayout(form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(8)
        rows.setColumnStretch(1, 1)
        self.found.setObjectName("small")
        self.found.setWordWrap(True)
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.found.setAccessibleName(tr("What is found in the folder"))
        as_window = QLabel(tr("Loudness, levels and ducking are those of the window."))
        as_window.setObjectName("small")
        as_window.setWordWrap(True)
        formats = self._formats = QGridLayout()
        formats.setVerticalSpacing(4)
        formats.setContentsMargins(0, _LABEL_TOP, 0, 0)
        formats.setHorizontalSpacing(20)
        formats.setColumnStretch(_N_COLUMNS, 1)
        self._arrange_boxes(_N_COLUMNS)
        parts: list[tuple[str, QWidget | None, list[QWidget | QGridLayout]]] = [
            (tr("C&lips"), self.clips, [self.clips, self.found]),
            (tr("&Music"), self.music, [self.music, self.filters, as_window]),
            (tr("Files"), None, [formats]),
            (tr("&Results"), self.out, [self.out, self.again]),
        ]
        for text, buddy, contents in parts:
            label = QLabel(text)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            label.setContentsMargins(0, _LABEL_TOP, 0, 0)
            if buddy is not None:
                label.setBuddy(buddy)
            row = rows.rowCount()
            rows.addWidget(label, row, 0)
            for offset, content in enumerate(contents):
                if isinstance(content, QWidget):
                    rows.addWidget(content, row + offset, 1)
                else:
                    rows.addLayout(content, row + offset, 1)
            rows.setRowMinimumHeight(rows.rowCount(), 4)
        around = self._around = QScrollArea()
        around.setWidget(form)
        around.setWidgetResizable(True)
        around.setFrameShape(QFrame.Shape.NoFrame)
        # It scrolls to what has the focus; itself it would only be a stop more for Tab.
        around.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(around, 1)
        layout.addWidget(self._buttons())
        self.resize(_WIDTH, self.minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Be as large as the contents, if the window is."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Grow to the size of the contents, as far as the window allows it."""
        beside = self.size() - self._around.viewport().size()
        window = self.parentWidget()
        most = self.size() if window is None else window.size() - QSize(_MARGIN, _MARGIN)
        if self._rows.minimumSize().width() + beside.width() > most.width():
            self._arrange_boxes(1)
            self._rows.invalidate()
        width = max(self._rows.minimumSize().width(), _WIDTH - beside.width())
        needed = QSize(width, self._rows.totalHeightForWidth(width))
        self.resize((needed + beside).expandedTo(self.size()).boundedTo(most))

    def _arrange_boxes(self, n_columns: int) -> None:
        n_rows = -(-len(self.boxes) // n_columns)
        for number, box in enumerate(self.boxes.values()):
            self._formats.addWidget(box, number % n_rows, number // n_rows)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self.start = buttons.addButton(tr("Start"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.start.setObjectName("primary")
        self.start.setDefault(True)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _connect(self) -> None:
        self.clips.changed.connect(self._follow_clips)
        self.out.changed.connect(self._change)
        self.music.currentIndexChanged.connect(self._change)
        self.again.toggled.connect(self._change)
        self.request.edited.connect(self._change)
        for box in self.boxes.values():
            box.toggled.connect(self._change)
        self.finished.connect(self._stop)

    def _restore(self) -> None:
        """Show the choices of the last time."""
        ticked = stored_list(self._store, _FORMATS_KEY, _USUAL)
        for name, box in self.boxes.items():
            box.setChecked(name in ticked)
        self.music.setCurrentIndex(1 if self._store.value(_SCENES_KEY) in (True, "true") else 0)
        folder, out = (str(self._store.value(key, "") or "") for key in (_FOLDER_KEY, _OUT_KEY))
        if folder:
            self.clips.set_path(Path(folder))
            self.out.set_path(Path(out) if out else Path(folder) / OUT_FOLDER)

    def _read_words(self) -> None:
        session = self._session
        words = self._runner.start(lambda _: session.filter_words())
        words.succeeded.connect(self.filters.set_words)
        taste = self._runner.start(
            lambda _: session.read(lambda library: library.own_taste.is_known())
        )
        taste.succeeded.connect(self._show_taste)

    def _show_taste(self, is_known: bool) -> None:
        self.filters.set_taste_known(is_known)
        self._fit()

    def _follow_clips(self) -> None:
        # Clips of two folders may have the same names; their results must not.
        folder = self.clips.path
        self.out.set_path(None if folder is None else folder / OUT_FOLDER)
        self._change()

    def _change(self) -> None:
        self.start.setEnabled(False)
        self._stop()
        self._timer.start()

    def _stop(self) -> None:
        self._timer.stop()
        if self._job is not None:
            # What it finds is no longer what is asked.
            self._job.cancel()

    def _asked(self) -> Batch | None:
        """Return what the user asks for; None while something is missing."""
        folder, out = self.clips.path, self.out.path
        formats = tuple(name for name, box in self.boxes.items() if box.isChecked())
        if folder is None or out is None or not formats:
            return None
        options = BatchOptions(
            ranking=replace(self.request.options, top=1),
            formats=formats,
            by_scenes=bool(self.music.currentData()),
            again=self.again.isChecked(),
            settings=self._settings,
        )
        return Batch(folder, out, options)

    def _plan(self) -> None:
        """Find the clips, and which of them are finished."""
        self.start.setEnabled(False)
        self.start.setText(tr("Start"))
        batch = self._asked()
        if batch is None:
            is_folder_missing = self.clips.path is None
            self.found.setText(
                tr("Choose a folder with clips, or drop one here.")
                if is_folder_missing
                else tr("Choose at least one kind of file, and a folder for the results.")
            )
            return
        self.found.setText(tr("Looking for clips…"))
        session = self._session
        job = self._job = self._runner.start(
            lambda progress: session.plan_batch(batch.folder, batch.out, batch.options, progress)
        )
        job.succeeded.connect(lambda plan: self._show_plan(batch, plan))
        job.failed.connect(self._show_problem)

    def _show_plan(self, batch: Batch, plan: BatchPlan) -> None:
        self.batch = batch
        n_clips, n_finished = len(plan.clips), len(plan.finished)
        text = trn("{n} video", "{n} videos", n_clips).format(n=n_clips)
        if n_finished == n_clips:
            text += " · " + tr("finished with these options")
        elif n_finished:
            text += " · " + trn(
                "{n} of them finished with these options",
                "{n} of them finished with these options",
                n_finished,
            ).format(n=n_finished)
            self.start.setText(tr("Continue"))
        self.found.setText(text)
        self._fit()
        self.start.setEnabled(True)

    def _show_problem(self, error: SoundbedError) -> None:
        self.found.setText(str(error))
        self._fit()

    def _accept(self) -> None:
        """Remember the choices, and close."""
        batch = self.batch
        assert batch is not None
        is_usual = batch.out == batch.folder / OUT_FOLDER
        if is_utf8(batch.folder) and is_utf8(batch.out):
            self._store.setValue(_FOLDER_KEY, str(batch.folder))
            self._store.setValue(_OUT_KEY, "" if is_usual else str(batch.out))
        self._store.setValue(_FORMATS_KEY, list(batch.options.formats))
        self._store.setValue(_SCENES_KEY, batch.options.by_scenes)
        self.accept()

    def take_path(self, path: Path) -> None:
        """Take the clips of the dropped folder."""
        self.clips.set_path(path)
