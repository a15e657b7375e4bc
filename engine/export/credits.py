"""The music credits, to be pasted into the description of a video."""

from typing import TYPE_CHECKING

from engine.export.export_format import ExportFormat, ExportTask, FormatTexts
from engine.export.plain_text import one_line
from engine.files import write_text
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement, TrackReference


def credits_text(arrangement: "Arrangement") -> str:
    """Return title, artist, licence and web address of each track, one a line, where known."""
    tracks = dict.fromkeys(item.track for item in arrangement.items)
    return "\n".join(_lines(track) for track in tracks)


def _lines(track: "TrackReference") -> str:
    tags = track.tags
    lines = [
        tr("Music: “{title}” by {artist}").format(title=track.title, artist=tags.artist)
        if tags.artist
        else tr("Music: “{title}”").format(title=track.title)
    ]
    if tags.licence:
        lines.append(tr("Licence: {licence}").format(licence=tags.licence))
    else:
        lines.append(tr("Licence: unknown; make sure that you may use this music"))
    if tags.url:
        lines.append(tags.url)
    return "\n".join(one_line(line) for line in lines) + "\n"


def _texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Credits…"),
        task=tr("Writing the credits"),
        files=tr("Text"),
        help=tr("the music credits, as text"),
        advice=tr("Paste these lines into the description of your video."),
    )


def _write(task: ExportTask, _progress: Progress) -> None:
    write_text(task.path_of(task.out), credits_text(task.arrangement))


FORMAT = ExportFormat(
    name="credits", suffixes=(".txt",), texts=_texts, write=_write, text=credits_text
)
