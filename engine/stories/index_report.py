"""What a scan of folders found and did."""

from dataclasses import dataclass
from pathlib import Path

from engine.library.left_out import LeftOut
from engine.library.operation import Operation
from engine.library.reasons import FileCheck


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that can't be used, or only in part.

    Attributes:
        path: the file.
        message: what is wrong and what to do, translated.
        check: the reason code.
    """

    path: Path
    message: str
    check: FileCheck


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a scan found and did.

    Attributes:
        added: new or changed files; of those with the same bytes only one was analysed.
        unchanged: files that were in the library already.
        unusable: of those, the ones that couldn't be used before and weren't tried again; not
            counted in `unchanged`.
        moved: files of the library found at another place.
        renewed: tracks analysed again, because another version had analysed them.
        failed: files that can't be used.
        incomplete: files of which only a part can be read, but enough to be used.
        left_out: linked folders, films, formats that can't be read and the like.
        offline: files of the library that weren't found; their tracks stay.
        music_s: length of the analysed music, in seconds.
        wall_s: how long the analysis took.
        n_workers: processes that analysed.
        inverse: removes the added folder; None where it was in the library, or others became
            part of it.
    """

    added: int = 0
    unchanged: int = 0
    moved: int = 0
    failed: tuple[FileProblem, ...] = ()
    incomplete: tuple[FileProblem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    offline: int = 0
    music_s: float = 0.0
    wall_s: float = 0.0
    n_workers: int = 0
    inverse: Operation | None = None
    renewed: int = 0
    unusable: int = 0

    def __add__(self, other: "IndexReport") -> "IndexReport":
        return IndexReport(
            added=self.added + other.added,
            unchanged=self.unchanged + other.unchanged,
            moved=self.moved + other.moved,
            failed=self.failed + other.failed,
            incomplete=self.incomplete + other.incomplete,
            left_out=self.left_out + other.left_out,
            offline=self.offline + other.offline,
            music_s=self.music_s + other.music_s,
            wall_s=self.wall_s + other.wall_s,
            n_workers=max(self.n_workers, other.n_workers),
            renewed=self.renewed + other.renewed,
            unusable=self.unusable + other.unusable,
        )
