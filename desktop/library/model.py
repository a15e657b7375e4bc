"""The rows of the library window: folders, and below them tracks that are read when seen."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QStandardItem, QStandardItemModel

from desktop import icons, theme
from desktop.jobs import JobRunner
from desktop.library.scan_words import unusable_words
from desktop.session import LibraryListing, Session
from desktop.timeline.times import format_time
from desktop.tooltips import plain_tip
from engine.errors import SoundbedError, display_path
from engine.library.grouping import TrackGroup
from engine.library.stated_profile import chosen_moods
from engine.library.tracks import Track
from engine.translation import tr, trn

# A folder's path or a `Track`; None for a track that isn't read yet.
ROW_ROLE = Qt.ItemDataRole.UserRole
FIELDS = {0: "title", 1: "artist", 2: "album", 3: "genre", 4: "moods"}
MOODS_COLUMN = 4
STATE_COLUMN = 8
N_COLUMNS = 9
_BLOCK_TRACKS = 200
# As many rows are kept as somebody may scroll to and fro; the others are read again.
_MAX_BLOCKS = 30
# What was scrolled past isn't read.
_MAX_WANTED = 4

_Block = tuple[int | None, int]
_Index = QModelIndex | QPersistentModelIndex


class LibraryModel(QStandardItemModel):
    """Folders are items, tracks are only counted: their texts are read in blocks when shown.

    `QStandardItemModel` answers where a row is and whether it has children without Python, which
    a view asks for each of 100,000 rows when a folder is expanded.

    Args:
        session: the engine.
        runner: where tracks are read.
        parent: the window.
    """

    loaded = Signal()
    failed = Signal(SoundbedError)

    def __init__(self, session: Session, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        # The numbers of the tracks, by the row of their folder; None for those in no folder.
        self._ids: dict[int | None, npt.NDArray[np.int64]] = {}
        self._n_folders = 0
        self._tracks: dict[_Block, Mapping[int, Track]] = {}
        self._wanted: list[_Block] = []
        self._reading: tuple[_Block, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read)
        self.setHorizontalHeaderLabels(
            [
                *(tr("Title"), tr("Artist"), tr("Album"), tr("Genre"), tr("Moods")),
                *(tr("BPM"), tr("Key"), tr("Length"), tr("State")),
            ]
        )

    def show_listing(self, listing: LibraryListing) -> None:
        """Show folders with their tracks under them."""
        self.removeRows(0, self.rowCount())
        self._tracks.clear()
        self._wanted.clear()
        self._ids = {None: listing.groups[None].ids}
        self._n_folders = len(listing.folders)
        for row, folder in enumerate(listing.folders):
            group = listing.groups[folder.path]
            self._ids[row] = group.ids
            self.appendRow(_folder_item(folder.path, listing.packs.get(folder.path), group))
            item = self.item(row)
            item.setColumnCount(N_COLUMNS)
            item.setRowCount(len(group.ids))
        self.setRowCount(self._n_folders + len(self._ids[None]))

    def reload(self) -> None:
        """Read the tracks again that are shown; none was added or removed."""
        self._tracks.clear()
        # What is being read may be from before.
        self._ids = dict(self._ids)
        for key, ids in self._ids.items():
            parent = self.index(key, 0) if key is not None else QModelIndex()
            first = self._n_folders if key is None else 0
            last = first + len(ids) - 1
            if len(ids):
                self.dataChanged.emit(
                    self.index(first, 0, parent), self.index(last, N_COLUMNS - 1, parent)
                )

    def ids_in(self, selection: QItemSelection) -> list[int]:
        """Return the numbers of the selected tracks, without reading them."""
        found: list[int] = []
        for part in selection.toList():
            parent = part.parent()
            key = parent.row() if parent.isValid() else None
            first = part.top() - (0 if parent.isValid() else self._n_folders)
            last = part.bottom() - (0 if parent.isValid() else self._n_folders)
            found += self._ids.get(key, np.zeros(0, np.int64))[max(first, 0) : last + 1].tolist()
        return list(dict.fromkeys(found))

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows; "…" for a track that is being read."""
        parent = index.parent()
        if not parent.isValid() and index.row() < self._n_folders:
            return super().data(index, role)
        key = parent.row() if parent.isValid() else None
        number = index.row() - (0 if parent.isValid() else self._n_folders)
        block = (key, number // _BLOCK_TRACKS)
        if block not in self._tracks:
            self._want(block)
            is_title = role == Qt.ItemDataRole.DisplayRole and index.column() == 0
            return "…" if is_title else None
        # Another process may have removed it.
        track = self._tracks[block].get(int(self._ids[key][number]))
        return None if track is None else _cell(track, index.column(), role)

    def _want(self, block: _Block) -> None:
        if block not in self._wanted and block not in self._reading:
            self._wanted = [*self._wanted, block][-_MAX_WANTED:]
            self._soon.start()

    def _read(self) -> None:
        """Read the blocks that were asked for."""
        if self._reading or not self._wanted:
            return
        ids, blocks = self._ids, tuple(self._wanted)
        self._reading = blocks
        self._wanted.clear()
        numbers = [self._numbers(block).tolist() for block in blocks]

        def show(found: tuple[dict[int, Track], ...]) -> None:
            # Another listing, or an edit, may have come meanwhile.
            if self._ids is ids:
                self._keep(zip(blocks, found, strict=True))
            else:
                for block in blocks:
                    if block[0] in self._ids and len(self._numbers(block)):
                        self._wanted.append(block)

        job = self._runner.start(
            lambda _: self._session.read(
                lambda library: tuple(library.tracks.some(some) for some in numbers)
            )
        )
        job.succeeded.connect(show)
        job.failed.connect(self.failed)
        job.ended.connect(self._read_next)

    def _read_next(self) -> None:
        self._reading = ()
        self._read()

    def _numbers(self, block: _Block) -> npt.NDArray[np.int64]:
        key, number = block
        return self._ids[key][number * _BLOCK_TRACKS : (number + 1) * _BLOCK_TRACKS]

    def _keep(self, blocks: Iterable[tuple[_Block, Mapping[int, Track]]]) -> None:
        for block, tracks in blocks:
            while len(self._tracks) >= _MAX_BLOCKS:
                del self._tracks[next(iter(self._tracks))]
            self._tracks[block] = tracks
            key, number = block
            parent = self.index(key, 0) if key is not None else QModelIndex()
            first = number * _BLOCK_TRACKS + (self._n_folders if key is None else 0)
            last = first + len(self._numbers(block)) - 1
            self.dataChanged.emit(
                self.index(first, 0, parent), self.index(last, N_COLUMNS - 1, parent)
            )
        self.loaded.emit()


def _folder_item(path: Path, pack_title: str | None, group: TrackGroup) -> QStandardItem:
    item = QStandardItem(f"{pack_title or display_path(path)} · {_folder_state(group)}")
    item.setToolTip(plain_tip(display_path(path)))
    item.setIcon(icons.icon("music" if pack_title else "folder", "accent"))
    item.setData(path, ROW_ROLE)
    return item


def _folder_state(group: TrackGroup) -> str:
    parts = [trn("{n} track", "{n} tracks", group.n_tracks).format(n=group.n_tracks)]
    if n_offline := group.n_by_state.get("offline", 0):
        parts.append(tr("{n} of them offline").format(n=n_offline))
    if group.n_failed:
        parts.append(unusable_words(group.n_failed))
    return ", ".join(parts)


def _cell(track: Track, column: int, role: int) -> object:
    is_ready = track.file.state == "ready"
    field = FIELDS.get(column)
    if role == Qt.ItemDataRole.DisplayRole:
        return _texts(track)[column]
    if role == ROW_ROLE:
        return track
    if role == Qt.ItemDataRole.FontRole and field in track.edited:
        font = QFont()
        font.setItalic(True)
        return font
    if role == Qt.ItemDataRole.ToolTipRole and field is not None:
        return _hint(track, field)
    if is_ready:
        return None
    if role == Qt.ItemDataRole.ToolTipRole and column == STATE_COLUMN:
        return track.file.message or tr("The file or its drive is missing at the moment.")
    if role == Qt.ItemDataRole.ForegroundRole:
        return theme.colour("quiet")
    if role == Qt.ItemDataRole.DecorationRole and column == STATE_COLUMN:
        return icons.icon("warning", "problem" if track.file.state == "failed" else "quiet")
    return None


def _hint(track: Track, field: str) -> str | None:
    lines = [display_path(track.path)] if field == "title" else []
    if field in track.edited:
        lines.append(tr("Edited by you"))
    if field == "genre" and track.genre_tag:
        lines.append(tr("The file says: {genre}").format(genre=track.genre_tag))
    return plain_tip("\n".join(lines)) or None


def _texts(track: Track) -> tuple[str, ...]:
    state = {"ready": "", "offline": tr("offline"), "failed": tr("can't be used")}[track.file.state]
    return (
        track.title,
        track.tags.artist or "",
        track.tags.album or "",
        tr(track.genre) if track.genre else "",
        ", ".join(map(tr, chosen_moods(track.profile))),
        f"{track.profile.bpm:.0f}" if track.profile.bpm else "",
        track.profile.key or "",
        format_time(track.file.duration_s, 0) if track.file.duration_s else "",
        state,
    )
