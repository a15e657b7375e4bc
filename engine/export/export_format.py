"""What an export format is: a name, its texts, and a writer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.progress import Progress

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement
    from engine.media.probe import VideoInfo


@dataclass(frozen=True, slots=True)
class ExportTask:
    """One file to write.

    Attributes:
        info: the clip.
        arrangement: the music under it.
        out: the file; its suffix is one that the clip's picture fits in.
        overwrite: whether it may replace another file.
        written: by the names of their formats, the files of this export that are written already.
    """

    info: "VideoInfo"
    arrangement: "Arrangement"
    out: Path
    overwrite: bool = False
    written: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormatTexts:
    """What the user reads of a format, translated.

    Attributes:
        title: in the window's menu.
        task: while it is written.
        files: kind of the files, in the file dialog.
        help: of the option on the command line.
        advice: shown above its text, for a format that has one to copy.
    """

    title: str
    task: str
    files: str
    help: str
    advice: str = ""


def same_path(_codec: str, out: Path) -> Path:
    """Return the wanted path: most formats write under any name."""
    return out


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One kind of file that can be exported.

    Attributes:
        name: of the option on the command line, without its dashes.
        suffixes: those that fit, with their dots; the window adds the first to other names.
        texts: called when they are shown, so that they are in the user's language.
        write: writes `out` of a task, whole or not at all; a function of a module, so that
            another process finds it.
        isolated: whether it decodes media, and so runs in a process of its own that a broken
            file can crash without harm.
        suited: (the picture's codec, wanted path) → the path whose suffix can hold that picture.
        text: what the file will say, for a format that the window shows as text to copy.
        shortcut: keys in the window, or "".
    """

    name: str
    suffixes: tuple[str, ...]
    texts: Callable[[], FormatTexts]
    write: Callable[[ExportTask, Progress], None]
    isolated: bool = False
    suited: Callable[[str, Path], Path] = same_path
    text: "Callable[[Arrangement], str] | None" = None
    shortcut: str = ""
