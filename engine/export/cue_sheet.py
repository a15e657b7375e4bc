"""The cue sheet: which music plays when, with what shows the licence, as a table or as text."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import display_path
from engine.export.export_format import ExportFormat, ExportTask, FormatTexts
from engine.export.plain_text import one_line
from engine.files import write_bytes
from engine.media.timecode import TimecodeBase, timecode_base
from engine.progress import Progress
from engine.spreadsheets import harmless
from engine.translation import tr

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement, MusicItem, TrackReference

_HASHED_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Cue:
    """One use of a track.

    Attributes:
        track: the music.
        first_frame, end_frame: of the clip: the first frame with it, and the first one without.
    """

    track: "TrackReference"
    first_frame: int
    end_frame: int


def cues_of(task: ExportTask) -> tuple[Cue, ...]:
    """Return every use of a track in the clip's part, by time; what is muted isn't used."""
    from engine.arrangement.gains import MUTED_DB
    from engine.export.edit import clip_range

    first, end = clip_range(task.arrangement, task.info)
    found = [
        Cue(cue.track, max(cue.first_frame, first), min(cue.end_frame, end))
        for item in task.arrangement.items
        if item.gain > 0 and task.arrangement.music_gain_db > MUTED_DB
        for cue in _item_cues(task.arrangement, item, task.info.frame_rate)
    ]
    inside = [cue for cue in found if cue.first_frame < cue.end_frame]
    return tuple(sorted(inside, key=lambda cue: (cue.first_frame, cue.end_frame)))


def cue_table(task: ExportTask, hashes: dict[Path, str]) -> str:
    """Return the cue sheet as comma-separated values, a line for each use."""
    base = timecode_base(task.info.frame_rate, task.info.start_timecode)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        (
            tr("No."),
            tr("Title"),
            tr("Artist"),
            tr("Album"),
            tr("In"),
            tr("Out"),
            tr("Length"),
            tr("Length in seconds"),
            tr("Licence"),
            tr("Web address"),
            tr("File"),
            "SHA-256",
        )
    )
    for number, cue in enumerate(cues_of(task), 1):
        tags, length_s = cue.track.tags, (cue.end_frame - cue.first_frame) / base.rate
        cells = (
            cue.track.title,
            tags.artist,
            tags.album,
            base.text(cue.first_frame),
            base.text(cue.end_frame),
            _clock(length_s),
            f"{float(length_s):.3f}",
            tags.licence,
            tags.url,
            display_path(cue.track.path.name),
            hashes.get(cue.track.path),
        )
        writer.writerow([number, *(harmless(one_line(cell or "")) for cell in cells)])
    return text.getvalue()


def cue_text(task: ExportTask, hashes: dict[Path, str]) -> str:
    """Return the cue sheet as text, as broadcasters and platforms ask for it."""
    info = task.info
    base = timecode_base(info.frame_rate, info.start_timecode)
    cues = cues_of(task)
    paragraphs: list[Iterable[str]] = [_head(task, base, cues)]
    for number, cue in enumerate(cues, 1):
        paragraphs.append(_paragraph(number, cue, base, hashes.get(cue.track.path)))
    return "\n\n".join("\n".join(one_line(line) for line in lines) for lines in paragraphs) + "\n"


def _head(task: ExportTask, base: TimecodeBase, cues: tuple[Cue, ...]) -> list[str]:
    from engine.export.edit import clip_range

    first, end = clip_range(task.arrangement, task.info)
    music_s = sum((cue.end_frame - cue.first_frame) / base.rate for cue in cues)
    counting = tr("drop-frame") if base.is_drop else tr("non-drop-frame")
    return [
        tr("Cue sheet: {clip}").format(clip=display_path(task.info.path.name)),
        tr("Length: {length}, with music: {music}").format(
            length=_clock((end - first) / base.rate), music=_clock(Fraction(music_s))
        ),
        tr("Timecode: {rate:g} frames per second, {counting}").format(
            rate=round(float(base.rate), 3), counting=counting
        ),
    ]


def _paragraph(number: int, cue: Cue, base: TimecodeBase, sha256: str | None) -> Iterator[str]:
    tags = cue.track.tags
    if tags.artist:
        name = tr("“{title}” by {artist}").format(title=cue.track.title, artist=tags.artist)
    else:
        name = tr("“{title}”").format(title=cue.track.title)
    yield f"{number}. {name}"
    yield tr("In {first}, out {end}, length {length}").format(
        first=base.text(cue.first_frame),
        end=base.text(cue.end_frame),
        length=_clock((cue.end_frame - cue.first_frame) / base.rate),
    )
    if tags.album:
        yield tr("Album: {album}").format(album=tags.album)
    yield tr("Licence: {licence}").format(licence=tags.licence or tr("unknown"))
    if tags.url:
        yield tags.url
    yield tr("File: {name}").format(name=display_path(cue.track.path.name))
    if sha256:
        yield f"SHA-256: {sha256}"


def _item_cues(arrangement: "Arrangement", item: "MusicItem", rate: Fraction) -> Iterator[Cue]:
    """Yield the uses of an item: segments that follow each other are one."""
    starts_s = arrangement.clip.time_of(item.start_frame)
    spans: list[tuple[int, int]] = []
    for segment in item.segments:
        first = round((starts_s + Fraction(segment.item_start_s)) * rate)
        end = round((starts_s + Fraction(segment.item_end_s)) * rate)
        if spans and first <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((first, end))
    return (Cue(item.track, first, end) for first, end in spans)


def _clock(time_s: Fraction) -> str:
    minutes, seconds = divmod(max(round(time_s), 1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def _hashes(paths: Iterable[Path], progress: Progress) -> dict[Path, str]:
    """Return the SHA-256 of each file that can be read."""
    found = {}
    for path in paths:
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while data := file.read(_HASHED_BYTES):
                    progress.check()
                    digest.update(data)
        except OSError:
            continue
        found[path] = digest.hexdigest()
    return found


def _texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Cue sheet…"),
        task=tr("Writing the cue sheet"),
        files=tr("Cue sheets"),
        help=tr("which music plays when, with licences, as a table (.csv) or as text (.txt)"),
    )


def _write(task: ExportTask, progress: Progress) -> None:
    hashes = _hashes(dict.fromkeys(cue.track.path for cue in cues_of(task)), progress)
    if task.out.suffix.lower() == ".txt":
        data = cue_text(task, hashes).encode("utf-8")
    else:
        # With its mark, or Excel takes UTF-8 for the system's old encoding.
        data = cue_table(task, hashes).encode("utf-8-sig")
    write_bytes(task.path_of(task.out), data)


FORMAT = ExportFormat(name="cue-sheet", suffixes=(".csv", ".txt"), texts=_texts, write=_write)
