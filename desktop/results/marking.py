"""The entries of the list's menu that mark tracks: favourite, shortlist, hide."""

from collections.abc import Callable

from desktop.deciding.actions import Deciding
from desktop.deciding.marks import TrackMarks
from desktop.results.row_actions import Items, RowAction
from engine.translation import tr


def marking_actions(deciding: Deciding, marks: TrackMarks) -> tuple[RowAction, ...]:
    """Return the entries; each says what it would do to the selected tracks.

    Args:
        deciding: marks the selected tracks.
        marks: what is marked now.
    """

    def either(on: str, off: str, is_marked: Callable[[str], bool]) -> Callable[[Items], str]:
        def text(items: Items) -> str:
            return off if all(is_marked(item.track.file.content_hash) for item in items) else on

        return text

    return (
        RowAction(
            either(tr("Add to favourites"), tr("Remove from favourites"), marks.is_favourite),
            lambda _: deciding.favour(),
            "star",
            "F",
            begins_group=True,
        ),
        RowAction(
            either(tr("Put on the shortlist"), tr("Take off the shortlist"), marks.is_shortlisted),
            lambda _: deciding.shortlist(),
            "bookmark",
            "S",
        ),
        RowAction(
            either(tr("Hide"), tr("Show again"), marks.is_hidden),
            lambda _: deciding.hide(),
            "",
            "H",
        ),
    )
