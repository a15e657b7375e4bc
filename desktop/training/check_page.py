"""The second page: what the edits can teach, before anything is trained."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.clip.analysing import show_progress
from desktop.time_left import time_left_words
from desktop.training.form import as_list, sentence
from engine.errors import SoundbedError, display_path
from engine.progress import ProgressStep
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.training.preparation import Preparation

_MAX_NAMED = 12


class CheckPage(QWidget):
    """Shows how far the reading is, then what was found, or why nothing was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = sentence()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of reading the edits"))
        self.problem = sentence(name="problem")
        self.remedy = sentence()
        self.found = sentence()
        self._cautions_title = sentence(tr("What to know before"), "heading")
        self.cautions = sentence()
        self._skipped_title = sentence(name="heading")
        self.skipped = sentence()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for widget in (self.stage, self.bar, self.problem, self.remedy, self.found):
            layout.addWidget(widget)
        for widget in (self._cautions_title, self.cautions, self._skipped_title, self.skipped):
            layout.addWidget(widget)
        layout.addStretch()
        self.start()

    def start(self) -> None:
        """Show that the edits are being read."""
        self._show(self.stage, self.bar)
        self.stage.setText(tr("Reading the edits…"))
        self.bar.setRange(0, 0)

    def show_step(self, step: ProgressStep) -> None:
        """Show how far the reading is."""
        show_progress(self.bar, step)
        parts = [step.stage]
        if step.total:
            count = tr("{n} of {total}").format(n=round(step.done), total=round(step.total))
            parts.append(count)
        if step.left_s is not None:
            parts.append(time_left_words(step.left_s))
        self.stage.setText(" · ".join(parts))

    def show_error(self, error: SoundbedError) -> None:
        """Show why the edits can't be used."""
        path = "" if error.path is None else f"{display_path(error.path)}: "
        problem = f"{path}{error.problem}"
        self.problem.setText(problem[:1].upper() + problem[1:] if not path else problem)
        self.remedy.setText(error.remedy)
        self._show(self.problem, self.remedy)

    def show_found(self, found: "Preparation") -> None:
        """Show what will be used, and how."""
        self.found.setText("\n".join(_sentences(found)))
        shown: list[QWidget] = [self.found]
        cautions = list(_cautions(found))
        if cautions:
            self.cautions.setText(as_list(cautions))
            shown += [self._cautions_title, self.cautions]
        skipped = found.pairs.skipped
        if skipped:
            title = trn("{n} file can't be used", "{n} files can't be used", len(skipped))
            self._skipped_title.setText(title.format(n=len(skipped)))
            named = [f"{display_path(path)}: {reason}" for path, reason in skipped[:_MAX_NAMED]]
            n_more = len(skipped) - len(named)
            if n_more:
                named.append(trn("and {n} more", "and {n} more", n_more).format(n=n_more))
            self.skipped.setText(as_list(named))
            shown += [self._skipped_title, self.skipped]
        self._show(*shown)

    def _show(self, *shown: QWidget) -> None:
        widgets = (self.stage, self.bar, self.problem, self.remedy, self.found)
        titled = (self._cautions_title, self.cautions, self._skipped_title, self.skipped)
        for widget in (*widgets, *titled):
            widget.setVisible(widget in shown)


def _sentences(found: "Preparation") -> Iterator[str]:
    edits = trn("{n} finished edit", "{n} finished edits", found.n_edits).format(n=found.n_edits)
    sources = trn("{n} source", "{n} sources", found.n_sources).format(n=found.n_sources)
    makers = trn("{n} maker", "{n} makers", found.n_uploaders).format(n=found.n_uploaders)
    yield tr("Used: {edits} from {sources}, by {makers}.").format(
        edits=edits, sources=sources, makers=makers
    )
    if found.n_clips != found.n_edits:
        yield tr("Long edits are split into parts of about half a minute: {n} in all.").format(
            n=found.n_clips
        )
    if found.pairs.pgc is not None:
        n_pgc = found.pairs.pgc.n_videos
        yield trn(
            "Also used: {n} edit by professionals.", "Also used: {n} edits by professionals.", n_pgc
        ).format(n=n_pgc)
    if not found.problem:
        yield trn(
            "To test what was learnt, the training is repeated without some of the sources: "
            "{n} clip is compared with {pack}.",
            "To test what was learnt, the training is repeated without some of the sources: "
            "{n} clips are compared with {pack}.",
            found.n_compared,
        ).format(n=found.n_compared, pack=found.before)
    yield tr("The new pack: {folder}").format(folder=display_path(found.request.out))


def _cautions(found: "Preparation") -> Iterator[str]:
    if found.problem:
        text = tr("Nothing is held out: {reason} The new pack will only be a candidate.")
        yield text.format(reason=found.problem)
    if found.n_seen and not found.problem:
        yield trn(
            "{pack} has learnt from {n} of these clips already; it isn't compared on their "
            "sources.",
            "{pack} has learnt from {n} of these clips already; it isn't compared on their "
            "sources.",
            found.n_seen,
        ).format(pack=found.before, n=found.n_seen)
    yield from found.cautions
