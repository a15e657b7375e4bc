"""Reads the waveforms of the clip and of the tracks under it in jobs, each once."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs import Job, JobRunner
from desktop.music import Music
from desktop.session import Session
from desktop.timeline.waveform import Peaks

if TYPE_CHECKING:
    from engine.progress import Progress
    from engine.stories.analyse import ClipAnalysis

_log = logging.getLogger(__name__)
# While an arrow key runs through the list, only the track that it stops at is read.
_TRACKS_AFTER_MS = 700


class Waveforms(QObject):
    """Announces finer peaks as they are read; a track's stored peaks do until one zooms in.

    Args:
        session: decodes.
        runner: where it does.
        parent: its owner.
    """

    ready = Signal(object, Peaks)

    def __init__(self, session: Session, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._jobs: dict[Path | None, Job] = {}
        self._music: Music | None = None
        self._per_s = 0.0
        self._timer = QTimer(self, singleShot=True, interval=_TRACKS_AFTER_MS)
        self._timer.timeout.connect(self._read_tracks)

    def open_clip(self, clip: "ClipAnalysis") -> None:
        """Read the waveform of another clip's own sound."""
        self.stop()
        if clip.info.sound is not None:
            self._read(None, clip.info.path, clip.content_hash)

    def show_music(self, music: Music) -> None:
        """Read the waveforms of the tracks under the clip, where they are drawn large."""
        self._music = music
        gone = self._jobs.keys() - {None, *(track.path for track in music.tracks)}
        for path in gone:
            self._jobs.pop(path).cancel()
        self._timer.start()

    def set_scale(self, px_per_s: float) -> None:
        """Read what is drawn larger than its stored peaks."""
        self._per_s = px_per_s
        self._timer.start()

    def stop(self) -> None:
        """Read nothing more."""
        self._timer.stop()
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._music = None

    def _read_tracks(self) -> None:
        for track in self._music.tracks if self._music is not None else ():
            assert self._music is not None
            features = self._music.features[track.path]
            stored_per_s = len(features.peaks) / features.duration_s
            if self._per_s > stored_per_s and track.path not in self._jobs:
                self._read(track.path, track.path, track.file.content_hash)

    def _read(self, name: Path | None, path: Path, content_hash: str) -> None:
        def work(progress: "Progress") -> Peaks:
            from engine.media.peaks import PEAKS_PER_S

            extremes = self._session.waveform(path, content_hash, progress)
            return Peaks.of(extremes, len(extremes) / PEAKS_PER_S)

        job = self._runner.start(work)
        job.succeeded.connect(lambda peaks: self.ready.emit(name, peaks))
        # There is no waveform then; the sound itself says what is wrong when it is played.
        job.failed.connect(lambda error: _log.info("no waveform: %s", error))
        self._jobs[name] = job
