"""The ranked list as a Qt model."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from engine.encoders.fit_levels import fit_word
from engine.stories.recommend import Recommendation
from engine.translation import tr

RECOMMENDATION_ROLE = Qt.ItemDataRole.UserRole
_N_MOODS = 3
_CLEAR_MOOD = 0.3

_Index = QModelIndex | QPersistentModelIndex


class ResultsModel(QAbstractListModel):
    """One row for each recommendation, in the order of the ranking."""

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[Recommendation, ...] = ()

    def show(self, items: tuple[Recommendation, ...]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def row_of(self, track_path: object) -> int | None:
        """Return the row of a track by its path, None when it isn't listed."""
        for row, item in enumerate(self._items):
            if item.track.path == track_path:
                return row
        return None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many tracks are listed."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's title, its sentence for a screen reader, or the recommendation."""
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.track.title
        if role == RECOMMENDATION_ROLE:
            return item
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return accessible_text(item)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(item.reasons)
        return None


def leading_moods(moods: dict[str, float]) -> tuple[str, ...]:
    """Return the moods that stand out, the strongest first, three at most."""
    ordered = sorted(moods.items(), key=lambda mood: -mood[1])
    return tuple(name for name, z_score in ordered[:_N_MOODS] if z_score >= _CLEAR_MOOD)


def facts(item: Recommendation) -> tuple[str, ...]:
    """Return the facts in a row: moods, tempo, key, what meets from the track's start."""
    track = item.track
    found = []
    if moods := leading_moods(track.profile.moods):
        found.append(", ".join(tr(mood) for mood in moods))
    if track.profile.bpm is not None:
        found.append(tr("{bpm} BPM").format(bpm=round(track.profile.bpm)))
    if track.profile.key:
        found.append(track.profile.key)
    found.extend(item.placement)
    return tuple(found)


def accessible_text(item: Recommendation) -> str:
    """Return the row as one sentence for a screen reader."""
    parts = [
        tr("{rank}. {title}").format(rank=item.rank, title=item.track.title),
        tr(item.track.genre) if item.track.genre else tr("unknown genre"),
        *facts(item),
        tr("fit: {fit}").format(fit=fit_word(item.fit)),
        *item.reasons,
    ]
    return ", ".join(parts)
