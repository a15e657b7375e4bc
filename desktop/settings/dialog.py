"""The settings as a dialog; each takes effect at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs import open_once
from desktop.preview.loudness_menu import loudness_names
from desktop.scrolling import ScrollingPart, resize_within
from desktop.settings.matching_row import MatchingRow
from desktop.settings.pack_use import PackUse
from desktop.settings.packs_dialog import PacksDialog
from desktop.spin_boxes import DecimalBox, WholeBox
from desktop.theme import TEXT_SIZES, Theme
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.limits import available_cores
from engine.paths import log_file
from engine.settings import Settings, save_settings
from engine.translation import tr

_LEAST_WIDTH_PX = 160


class SettingsDialog(QDialog):
    """Shows and changes the settings.

    Args:
        workspace: uses the settings of sound and speech.
        theme: of the window.
        packs: changes the matching pack.
        parent: of the dialog.
    """

    library_requested = Signal()
    failed = Signal(object)

    def __init__(
        self, workspace: Workspace, theme: Theme, packs: PackUse, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._packs = packs
        self._workspace = workspace
        self._session = workspace.session
        self._runner = workspace.runner
        self._theme = theme
        self.setWindowTitle(tr("Settings"))
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(18)
        self._form.setVerticalSpacing(8)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._cache = QLabel()
        self._clear = QPushButton(tr("Clear"))
        self._fill()
        self._lay_out()
        self._measure_cache()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setLayout(self._form)
        buttons = QDialogButtonBox()
        # Without the system's icon, which may be black.
        buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 16)
        layout.addWidget(ScrollingPart(inside, self.windowTitle()))
        layout.addWidget(buttons)
        self._inside = inside
        self._fit()

    def _fit(self) -> None:
        """Become as large as the form, if the window is."""
        resize_within(self, self._inside.sizeHint().grownBy(QMargins(40, 30, 70, 60)))

    def _fill(self) -> None:
        settings = self._workspace.settings
        self._heading(tr("Window"))
        themes = {"system": tr("Same as system"), "dark": tr("Dark"), "light": tr("Light")}
        self._choice(tr("Colours"), themes, self._theme.choice, self._theme.choose)
        # Each by its own name, so that everybody finds theirs.
        languages = {"system": tr("Same as system"), "en": "English", "de": "Deutsch", "zh": "中文"}
        self._choice(
            tr("Language (from the next start)"),
            languages,
            settings.language,
            lambda value: self._set(language=value),
        )
        sizes = {size: tr("{percent} %").format(percent=size) for size in TEXT_SIZES}
        self._choice(tr("Text size"), sizes, settings.text_size, self._set_text_size)

        self._heading(tr("Sound"))
        self._choice(
            tr("Loudness of the music"),
            loudness_names(),
            settings.loudness,
            self._workspace.set_loudness,
        )
        self._switch(tr("Lower the music where somebody speaks"), "duck_speech")
        self._number(tr("Speech above the music"), "speech_above_lu", (0.0, 40.0), tr("LU"))
        surround = {"surround": tr("Keep it"), "stereo": tr("Mix it down to stereo")}
        self._choice(
            tr("A clip's surround sound in exported videos"),
            surround,
            settings.surround,
            lambda value: self._set(surround=value),
        )

        self._heading(tr("Music"))
        library = QPushButton(tr("Folders and music packs…"))
        library.clicked.connect(self.library_requested)
        self._form.addRow(tr("Your music"), library)
        self._switch(tr("Count exported tracks as my picks"), "exports_are_picks")
        self.matching = MatchingRow(self._workspace, self._packs)
        self.matching.choose_requested.connect(self.show_packs)
        self._form.addRow(tr("Matching"), self.matching)

        self._heading(tr("This computer"))
        self._cores(settings)
        self._storage()
        log = QLabel(str(log_file()))
        log.setObjectName("small")
        log.setTextFormat(Qt.TextFormat.PlainText)
        log.setWordWrap(True)
        log.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        log.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._form.addRow(tr("Log file"), log)

    def show_packs(self) -> PacksDialog:
        """Open the list of matching packs."""
        dialog = PacksDialog(self._workspace, self._packs, self)
        open_once(dialog)
        return dialog

    def _heading(self, text: str) -> None:
        label = QLabel(text)
        label.setObjectName("heading")
        label.setContentsMargins(0, 10 if self._form.rowCount() else 0, 0, 2)
        self._form.addRow(label)

    def _choice(
        self,
        name: str,
        choices: "dict[str, str] | dict[int, str]",
        now: object,
        choose: Callable[[object], object] | Callable[..., object],
    ) -> None:
        box = QComboBox()
        box.setAccessibleName(name)
        # Narrower than its longest entry where there is little room.
        box.setMinimumWidth(_LEAST_WIDTH_PX)
        values: Sequence[object] = tuple(choices)
        box.addItems(list(choices.values()))
        if now in values:
            box.setCurrentIndex(values.index(now))
        box.activated.connect(lambda number: self._do(lambda: choose(values[number])))
        self._form.addRow(name, box)

    def _switch(self, name: str, field: str) -> None:
        box = QCheckBox(name)
        box.setChecked(bool(getattr(self._workspace.settings, field)))
        box.toggled.connect(lambda on: self._do(lambda: self._set(**{field: on})))
        self._form.addRow(box)

    def _number(self, name: str, field: str, ends: tuple[float, float], unit: str) -> None:
        box = DecimalBox()
        box.setRange(*ends)
        box.setDecimals(1)
        box.setSuffix(f" {unit}")
        box.setAccessibleName(name)
        box.setValue(getattr(self._workspace.settings, field))
        box.valueChanged.connect(lambda value: self._do(lambda: self._set(**{field: value})))
        self._form.addRow(name, box)

    def _cores(self, settings: Settings) -> None:
        name = tr("Cores that analysis may use")
        box = WholeBox()
        box.setRange(0, available_cores())
        box.setSpecialValueText(tr("all"))
        box.setAccessibleName(name)
        box.setValue(settings.n_threads)
        box.valueChanged.connect(lambda value: self._do(lambda: self._set(n_threads=value)))
        self._form.addRow(name, box)

    def _storage(self) -> None:
        self._clear.setToolTip(
            tr("Analyses of clips, waveforms and the like; they are computed again when needed")
        )
        self._clear.setAccessibleName(tr("Clear the cache"))
        self._clear.clicked.connect(self._clear_cache)
        row = QHBoxLayout()
        row.addWidget(self._cache, 1)
        row.addWidget(self._clear)
        self._form.addRow(tr("Cache"), row)

    # Changes

    def _do(self, change: Callable[[], object]) -> None:
        """Make a change and save it; where that fails, the change lasts as long as the window."""
        before = self._workspace.settings
        theme = self._theme.choice
        change()
        after = replace(self._workspace.settings, theme=self._theme.choice)
        try:
            save_settings(after, before=replace(before, theme=theme))
        except SoundbedError as error:
            self.failed.emit(error)

    def _set(self, **values: Any) -> None:
        self._workspace.set_settings(replace(self._workspace.settings, **values))

    def _set_text_size(self, percent: int) -> None:
        self._theme.choose_text_size(percent)
        self._set(text_size=percent)
        self._fit()

    def _measure_cache(self) -> None:
        self._cache.setText(tr("measuring …"))
        job = self._runner.start(lambda _: self._session.cache_size())
        job.succeeded.connect(self._show_cache)
        job.failed.connect(self.failed)

    def _clear_cache(self) -> None:
        self._clear.setEnabled(False)
        job = self._runner.start(lambda _: self._session.clear_cache())
        job.succeeded.connect(self._show_cache)
        job.failed.connect(self.failed)

    def _show_cache(self, n_bytes: int) -> None:
        self._cache.setText(tr("{size:.1f} MB").format(size=n_bytes / 1e6))
        self._clear.setEnabled(n_bytes > 0)
