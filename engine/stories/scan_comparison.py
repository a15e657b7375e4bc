"""The files that a scan found, compared with what the library knows of them."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import RemovedMeanwhile
from engine.library.folders import Folder
from engine.library.library import Library
from engine.library.scan import FoundFile, content_hash
from engine.library.tracks import TrackFile
from engine.progress import Progress
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How files are compared.

    Attributes:
        retry: try again the files that couldn't be used.
        deep: read all files and compare their content, not only size and times.
        first: a folder whose files are analysed before others, such as the one that is shown.
        low_priority: leave the cores to whatever else wants them.
    """

    retry: bool = False
    deep: bool = False
    first: Path | None = None
    low_priority: bool = False

    def in_order(self, folders: Iterable[Folder]) -> list[Folder]:
        """Return folders in the order of their scans: the one asked for, then the newest."""
        newest = sorted(folders, key=lambda folder: folder.added_at, reverse=True)
        return sorted(newest, key=lambda folder: not self._is_first(folder.path))

    def _is_first(self, path: Path) -> bool:
        return self.first is not None and (
            path == self.first or path in self.first.parents or self.first in path.parents
        )

    def files_in_order(self, files: Iterable[FoundFile]) -> list[FoundFile]:
        """Return files in the order of their analysis."""
        return sorted(files, key=lambda file: self.first not in file.path.parents)


@dataclass(slots=True)
class Comparison:
    """The found files, compared with the library.

    Attributes:
        unchanged: those that it knows as they are.
        unusable: those that it knows as they are, and that can't be used.
        to_analyse: the others.
        n_moved: files that it knew at another place.
        n_copied: further files with the bytes of known ones.
    """

    unchanged: list[TrackFile] = field(default_factory=list)
    unusable: list[TrackFile] = field(default_factory=list)
    to_analyse: list[FoundFile] = field(default_factory=list)
    n_moved: int = 0
    n_copied: int = 0


@dataclass(frozen=True, slots=True)
class Copies:
    """Files with the same bytes among new ones.

    Attributes:
        others: further copies, by the path of each.
        by_first: the further copies of a file, by its path.
    """

    others: frozenset[Path]
    by_first: Mapping[Path, tuple[FoundFile, ...]]

    def of(self, path: Path) -> tuple[FoundFile, ...]:
        """Return the further copies of a file."""
        return self.by_first.get(path, ())


def compare(
    library: Library, found: Sequence[FoundFile], progress: Progress, options: ScanOptions
) -> Comparison:
    """Compare found files with the library; moved files and copies are stored there."""
    known_files = library.files.known()
    by_path = {known.path: known for known in known_files}
    outdated = _checked_by_others(library)
    changes = library.files.changes()
    # Of whatever version: a track analysed by another one is analysed again where it is now.
    usable = [known for known in known_files if known.features_version and known.content_hash]
    by_content: dict[tuple[int, str], list[TrackFile]] = defaultdict(list)
    for known in usable:
        by_content[known.size_bytes, known.content_hash].append(known)
    sizes = {size_bytes for size_bytes, _ in by_content}
    result = Comparison()
    for number, file in enumerate(found):
        progress.step(tr("Comparing files"), number, len(found))
        known_here = by_path.get(file.path)
        if known_here is not None and known_here.id in outdated:
            result.to_analyse.append(file)
            continue
        if known_here is not None and not options.deep:
            is_replaced = changes.get(known_here.id, file.changed_ns) != file.changed_ns
            if not is_replaced and _is_current(known_here, file, retry=options.retry):
                is_failed = known_here.state == "failed"
                (result.unusable if is_failed else result.unchanged).append(known_here)
                continue
        # A moved or copied file has the length of a known one.
        digest = _digest(file.path) if file.size_bytes in sizes else ""
        same = by_content.get((file.size_bytes, digest))
        twin = _nearest(file, same) if same else None
        if twin is None:
            if known_here is not None and _is_failed(known_here, file, options):
                result.unusable.append(known_here)
            else:
                result.to_analyse.append(file)
            continue
        try:
            if twin.state == "failed":
                # Its stored analysis is of these bytes, but they couldn't be read again since.
                if twin.path != file.path and not os.path.lexists(twin.path):
                    _move(library, twin, file, by_content)
                result.to_analyse.append(file)
            elif twin.path == file.path:
                if twin.modified_ns != file.modified_ns:
                    library.files.touch(twin, file.modified_ns)
                result.unchanged.append(twin)
            elif not os.path.lexists(twin.path):
                _move(library, twin, file, by_content)
                result.n_moved += 1
            else:
                with library.database.writing():
                    copy_track(library, twin, file)
                result.n_copied += 1
        except RemovedMeanwhile:
            result.to_analyse.append(file)
    result.to_analyse = options.files_in_order(result.to_analyse)
    return result


def _move(
    library: Library,
    known: TrackFile,
    file: FoundFile,
    by_content: Mapping[tuple[int, str], list[TrackFile]],
) -> None:
    library.files.move(known, file)
    # A new name changes the time, too, but no bytes.
    library.files.note_changes([(known.id, file.changed_ns)])
    by_content[known.size_bytes, known.content_hash].remove(known)


def known_changes(
    unchanged: Iterable[TrackFile], found: Iterable[FoundFile]
) -> Iterator[tuple[int, int]]:
    """Yield number and time of change of each unchanged file."""
    by_path = {file.path: file for file in found}
    for known in unchanged:
        if known.path in by_path:
            yield known.id, by_path[known.path].changed_ns


def copies_among(files: Sequence[FoundFile], progress: Progress) -> Copies:
    """Find files with the same bytes: hard links, and those of one size and content."""
    by_size: dict[int, list[FoundFile]] = defaultdict(list)
    for file in files:
        by_size[file.size_bytes].append(file)
    by_first: dict[Path, list[FoundFile]] = {}
    for group in by_size.values():
        if len(group) == 1:
            continue
        firsts: dict[object, Path] = {}
        for file in group:
            progress.check()
            # A hard link has the number of its file; other files are read.
            inode = file.inode or None
            digest = inode if inode in firsts else _digest(file.path)
            first = firsts.setdefault(digest, file.path) if digest else file.path
            if inode is not None:
                firsts.setdefault(inode, first)
            if first != file.path:
                by_first.setdefault(first, []).append(file)
    return Copies(
        frozenset(file.path for copies in by_first.values() for file in copies),
        {path: tuple(copies) for path, copies in by_first.items()},
    )


def copy_track(library: Library, known: TrackFile, file: FoundFile) -> None:
    """Add a file with the bytes of a known one, with what was found wrong with it.

    Raises:
        RemovedMeanwhile: when the known one is no longer there.
    """
    track_id = library.files.copy(known, file)
    library.checks.copy(known.id, track_id)
    library.repaired_tags.copy(known.id, track_id)
    library.files.note_changes([(track_id, file.changed_ns)])


def _checked_by_others(library: Library) -> frozenset[int]:
    """Return the tracks whose files other versions of the decoders found something wrong with."""
    from engine.media.track_probe import decoder_version

    checks = library.checks.all()
    version = decoder_version() if checks else ""
    return frozenset(track_id for track_id, check in checks.items() if check.decoder != version)


def _is_current(known: TrackFile, file: FoundFile, *, retry: bool) -> bool:
    if (known.size_bytes, known.modified_ns) != (file.size_bytes, file.modified_ns):
        return False
    return known.state != "failed" or not retry


def _is_failed(known: TrackFile, file: FoundFile, options: ScanOptions) -> bool:
    """Whether a file that can't be used is still the same, where all content is compared."""
    return (
        options.deep
        and known.state == "failed"
        and not known.content_hash
        and _is_current(known, file, retry=options.retry)
    )


def _nearest(file: FoundFile, same: Sequence[TrackFile]) -> TrackFile:
    """Return which of the known files with the same bytes it is: itself, or one that is gone."""
    return min(same, key=lambda known: (known.path != file.path, os.path.lexists(known.path)))


def _digest(path: Path) -> str:
    """Return the content hash of a file; "" where it can't be read."""
    try:
        return content_hash(path)
    except OSError:
        return ""
