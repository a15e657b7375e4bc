"""The library part of a session without an engine; the user's library is a real one."""

import threading
import time
from collections.abc import Collection
from pathlib import Path

from desktop.session import LibraryListing
from engine.encoders.profile import Profile
from engine.library.duplicates import DuplicateGroup, find_duplicates
from engine.library.files import AnalysedFile
from engine.library.grouping import group_by_folder
from engine.library.library import Library
from engine.library.reasons import FileCheck
from engine.library.removed import RemoveFolder
from engine.library.scan import FoundFile
from engine.library.tracks import TrackFile
from engine.media.tags import Tags
from engine.music_packs.installed import InstalledPack
from engine.progress import Progress
from engine.stories.audit_report import Audit
from engine.stories.index_report import FileProblem, IndexReport
from engine.stories.install_pack import InstallReport
from engine.stories.reanalyse import ReanalysisReport
from tests.desktop.fake_snapshots import FakeSnapshots

TRACK_S = 12.0


class FakeLibrary(FakeSnapshots):
    """Scans nothing, and answers as if it had.

    Attributes:
        scan_gate: keeps a scan waiting until it is set.
        audit_gate: keeps an audit waiting until it is set.
        audited: what an audit finds.
        renewal_gate: keeps the update of the library waiting until it is set.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(Library.open(folder / "library.sqlite"))
        self.folder = folder
        self.n_tidied = 0
        self.n_renewed = 0
        self.renewal_gate: threading.Event | None = None
        self.renewed = ReanalysisReport()
        self.packs: dict[Path, str] = {}
        self.scanned_first: list[Path | None] = []
        self.added: list[Path] = []
        self.scan_gate: threading.Event | None = None
        self.installed: list[Path] = []
        self.resumed: list[Path] = []
        self.retried: list[tuple[int, ...]] = []
        self.audit_gate: threading.Event | None = None
        self.audited = Audit(0, False, 0, (), (), 0, ())

    def add_songs(self, folder: Path) -> None:
        """Put a folder of three tracks into the user's library, one offline and one failed."""
        added = self.library.folders.add(folder)
        for number in (1, 2):
            path = folder / f"track{number}.opus"
            file = TrackFile(path, 10, 1, f"own{number}", TRACK_S, "music-1")
            tags = Tags(title=f"Track {number}")
            self.library.files.store(
                added.id, AnalysedFile(file, tags, Profile(), b"features", "profile 1")
            )
        self.library.files.mark([self.library.tracks.get(2).file], "offline")
        failed = FoundFile(folder / "track3.opus", 10, 1)
        self.library.files.store_failed(failed, "no sound in it.")

    def listing(self) -> LibraryListing:
        folders = self.library.folders.all()
        groups = group_by_folder(self.library, [folder.path for folder in folders])
        return LibraryListing(folders, groups, self.packs)

    def add_folder(self, folder: Path, progress: Progress) -> IndexReport:
        with self.library.database.writing():
            added = self.library.folders.add(folder)
            self.library.unfinished_scans.begin(added)
        for n in range(3):
            progress.step("Analysing music", n, 3, f"song{n}.mp3")
            time.sleep(0.005)
            while self.scan_gate is not None and not self.scan_gate.wait(0.01):
                progress.step("Analysing music", n, 3, f"song{n}.mp3")
        self.library.unfinished_scans.end(added)
        self.added.append(folder)
        failed = (FileProblem(folder / "x.mp3", "no", FileCheck("unreadable")),)
        return IndexReport(added=2, unchanged=1, failed=failed, inverse=RemoveFolder(folder))

    def install_pack(self, pack: Path, progress: Progress) -> InstallReport:
        progress.step("Checking the pack", 1, 2)
        self.installed.append(pack)
        return InstallReport(
            InstalledPack(self.folder, "night", 1, "Night", "0"), 3, False, None, 0
        )

    def rescan(self, _progress: Progress, first: Path | None = None) -> IndexReport:
        self.scanned_first.append(first)
        return IndexReport(unchanged=3, offline=1)

    def retry_files(self, track_ids: Collection[int], progress: Progress) -> IndexReport:
        progress.step("Analysing music", 0, len(track_ids), "a.mp3")
        self.retried.append(tuple(track_ids))
        return IndexReport(added=len(track_ids))

    def duplicates(self, progress: Progress) -> tuple[DuplicateGroup, ...]:
        progress.step("Comparing tracks")
        return find_duplicates(self.library.database, self.library.columns("none"), progress)

    def audit(self, progress: Progress) -> Audit:
        progress.step("Ranking all tracks for all clips", 1, 2)
        while self.audit_gate is not None and not self.audit_gate.wait(0.01):
            progress.step("Ranking all tracks for all clips", 1, 2)
        return self.audited

    def resume_scans(self, progress: Progress) -> IndexReport | None:
        if not self.library.unfinished_scans.all():
            return None
        for folder in self.library.unfinished_scans.all():
            for n in range(3):
                progress.step("Analysing music", n, 3, f"song{n}.mp3")
                while self.scan_gate is not None and not self.scan_gate.wait(0.01):
                    progress.step("Analysing music", n, 3, f"song{n}.mp3")
            self.library.unfinished_scans.end(folder)
            self.resumed.append(folder.path)
        return IndexReport(added=3)

    def forget_scans(self, folder: Path | None) -> None:
        self.library.unfinished_scans.forget(folder)

    def renew_library(self, progress: Progress) -> ReanalysisReport:
        self.n_renewed += 1
        while self.renewal_gate is not None and not self.renewal_gate.wait(0.01):
            progress.step("Analysing music again", 1, 4)
        return self.renewed

    def tidy(self) -> None:
        self.n_tidied += 1
