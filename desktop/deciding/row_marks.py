"""The marks of a track as a row of a list shows them."""

from desktop.deciding.marks import TrackMarks
from desktop.deciding.words import used_text
from desktop.results.row_words import RowMarks
from engine.library.tracks import Track
from engine.translation import tr


def row_marks(marks: TrackMarks, track: Track) -> RowMarks:
    """Return what the user decided about a track."""
    content_hash = track.file.content_hash
    used = used_text(marks.uses(content_hash), marks.clip_hash)
    return RowMarks(
        marks.is_favourite(content_hash),
        marks.is_shortlisted(content_hash),
        tr("hidden") if marks.is_hidden(content_hash) else used,
    )
