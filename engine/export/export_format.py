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
        out: the file; its suffix names a container for the clip's codec.
        overwrite: whether it may replace another file.
        written: files of this export that are already written, by the name of their format.
    """

    info: "VideoInfo"
    arrangement: "Arrangement"
    out: Path
    overwrite: bool = False
    written: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormatTexts:
    """The texts of a format that the user sees, translated.

    Attributes:
        title: in the window's menu.
        task: shown while a file is written.
        files: name of the file type in the file dialog.
        help: text of the command-line option.
        advice: shown above the text, for a format with text to copy.
    """

    title: str
    task: str
    files: str
    help: str
    advice: str = ""


def same_path(_codec: str, out: Path) -> Path:
    """Return the wanted path: most formats accept any suffix."""
    return out


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One kind of file that can be exported.

    Attributes:
        name: of the option on the command line, without its dashes.
        suffixes: those allowed, with their dots; the window adds the first to other names.
        texts: called when they are shown, so that they are in the user's language.
        write: writes `out` of a task, completely or not at all; a module-level function, so that
            another process can import it.
        isolated: whether it decodes media, and so runs in a separate process that a broken file
            can crash without harm.
        path_for_codec: (the picture's codec, wanted path) → the path to write, with a suffix whose
            container can hold that codec.
        text: the content of the file, for a format that the window shows as text to copy.
        shortcut: keyboard shortcut in the window, or "".
    """

    name: str
    suffixes: tuple[str, ...]
    texts: Callable[[], FormatTexts]
    write: Callable[[ExportTask, Progress], None]
    isolated: bool = False
    path_for_codec: Callable[[str, Path], Path] = same_path
    text: "Callable[[Arrangement], str] | None" = None
    shortcut: str = ""
