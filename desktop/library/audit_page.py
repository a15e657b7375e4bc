"""The page that says what everything matches, what nothing matches, and which genres come first."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.clip.analysing import show_progress
from desktop.jobs import Job, JobRunner
from desktop.library.advice import advice
from desktop.library.genre_bars import GenreBars
from desktop.library.grouped import GroupedView, Heading, title_text
from desktop.session import Session
from engine.errors import SoundbedError
from engine.library.tracks import Track
from engine.progress import ProgressStep
from engine.stories.audit_report import Audit, AuditedTrack
from engine.translation import tr, trn

_N_SEEN = 50


class AuditPage(QWidget):
    """Ranks all tracks for many clips when the user asks for it, and shows what that says.

    Args:
        session: the engine.
        runner: where its calls run.
    """

    def __init__(self, session: Session, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._job: Job | None = None
        self.summary = QLabel(tr("Not checked yet"))
        self.summary.setWordWrap(True)
        self.summary.setObjectName("quiet")
        self.start_button = QPushButton(icons.icon("report"), tr("Check"))
        self.start_button.clicked.connect(self.start)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.view = GroupedView(
            {tr("Track"): 0.48, tr("Genre"): 0.2, tr("Among the first five"): 0.32},
            _texts,
            tr("What everything matches, and what nothing"),
        )
        self.bars = GenreBars()
        scroll = QScrollArea()
        scroll.setWidget(self.bars)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(260)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName(tr("Genres of the library and of recommendations"))
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.bar)
        top.addWidget(self.start_button, 0, Qt.AlignmentFlag.AlignTop)
        self.results = QWidget()
        body = QHBoxLayout(self.results)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self.view, 3)
        body.addWidget(scroll, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(top)
        self.empty = advice(
            tr(
                "See which tracks come first for too many clips, which never do, and which genres "
                "are recommended more often than your library has them. “Check” ranks all music "
                "for many clips; it changes nothing and can take a few minutes."
            )
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.results)
        layout.addWidget(self.pages, 1)

    def start(self) -> None:
        """Start the check, or cancel the one that runs."""
        if self._job is not None:
            self._job.cancel()
            return
        job = self._job = self._runner.start(self._session.audit)
        self.start_button.setText(tr("Cancel"))
        self.bar.setRange(0, 0)
        self.bar.show()
        job.progressed.connect(self._show_step)
        job.succeeded.connect(self.show_audit)
        job.failed.connect(self._show_error)
        job.cancelled.connect(lambda: self.summary.setText(tr("Cancelled.")))
        job.ended.connect(self._end)

    def show_audit(self, audit: Audit) -> None:
        """Show what was found."""
        self.summary.setText(_summary(audit))
        often = [each for each in audit.often if each.is_too_often]
        others = [each for each in audit.often if not each.is_too_often]
        headings = [
            Heading(
                tr("Comes first too often ({n})").format(n=len(often)),
                often,
                tr("Among the first five for more than five times as many clips as others."),
            ),
            Heading(tr("Comes first most often ({n})").format(n=len(others)), others),
            Heading(
                tr("Never among the first {most} ({n})").format(most=_N_SEEN, n=audit.n_never),
                audit.never,
            ),
        ]
        self.view.show_headings(heading for heading in headings if heading.rows)
        self.bars.show_shares(audit.genres)
        self.pages.setCurrentWidget(self.results)

    def _show_step(self, step: ProgressStep) -> None:
        self.summary.setText(step.stage)
        show_progress(self.bar, step)

    def _show_error(self, error: SoundbedError) -> None:
        self.summary.setText(str(error))

    def _end(self) -> None:
        self._job = None
        self.start_button.setText(tr("Check again"))
        self.bar.hide()


def _texts(row: object) -> tuple[str, str, str]:
    track, share = (row.track, row.share) if isinstance(row, AuditedTrack) else (row, None)
    assert isinstance(track, Track)
    title = title_text(track)
    genre = tr(track.genre) if track.genre else tr("unsure")
    if share is None:
        return title, genre, ""
    return title, genre, tr("of {percent} % of the clips").format(percent=round(100 * share))


def _summary(audit: Audit) -> str:
    if audit.is_own:
        clips = trn("{n} clip of your own", "{n} clips of your own", audit.n_clips)
    else:
        clips = trn("{n} reference clip", "{n} reference clips", audit.n_clips)
    tracks = trn("{n} track", "{n} tracks", audit.n_tracks).format(n=audit.n_tracks)
    text = tr("{tracks}, ranked for {clips} by match alone.").format(
        tracks=tracks, clips=clips.format(n=audit.n_clips)
    )
    room = audit.n_clips * _N_SEEN
    if audit.n_tracks > room:
        more = tr("So many lists have room for {n} tracks at most: most tracks can't be in one.")
        text = f"{text} {more.format(n=room)}"
    return text
