"""What an export format is: a name, its texts, and a writer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.progress import Progress

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement
    from engine.media.probe import VideoInfo
    from engine.media.video_plan import VideoPlan
    from engine.settings import SoundChoice


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What will be written, known before anything is.

    Attributes:
        out: the file: the one asked for, with another suffix where its own can't hold the clip.
        notes: a sentence for each thing that isn't as the user may expect.
        video: of a video, its streams.
    """

    out: Path
    notes: tuple[str, ...] = ()
    video: "VideoPlan | None" = None


@dataclass(frozen=True, slots=True)
class ExportTask:
    """One file to write, with the files beside it that its format also writes.

    Attributes:
        info: the clip.
        arrangement: the music under it.
        out: the file; its suffix names a container for the clip's codec.
        overwrite: whether other files may be replaced.
        plan: from the format's `plan`; None to have it made.
        staged: where to write each file for now, by its name in the end: all files of an export
            take their places together. Writers write to `path_of(out)` and the like, and put the
            names of the end into references.
    """

    info: "VideoInfo"
    arrangement: "Arrangement"
    out: Path
    overwrite: bool = False
    plan: ExportPlan | None = None
    staged: Mapping[Path, Path] = field(default_factory=dict)

    def path_of(self, path: Path) -> Path:
        """Return where to write the file that will be at `path`."""
        return self.staged.get(path, path)


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


def nothing_else(_task: ExportTask) -> tuple[Path, ...]:
    """Return no files: most formats write one file alone."""
    return ()


def as_asked(_info: "VideoInfo", out: Path, _sound: "SoundChoice") -> ExportPlan:
    """Plan to write the file that is asked for: most formats accept any suffix."""
    return ExportPlan(out)


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One kind of file that can be exported.

    Attributes:
        name: of the option on the command line, without its dashes.
        suffixes: those allowed, with their dots; the window adds the first to other names.
        texts: called when they are shown, so that they are in the user's language.
        write: writes the files of a task; a module-level function, so that another process can
            import it.
        isolated: whether it decodes media, and so runs in a separate process that a broken file
            can crash without harm.
        beside: the other files that a task writes, beside `out` or in a folder there; a format
            that finds one written already, by another format of the same export, leaves it.
        plan: (clip, wanted path, choice of sound) → what will be written; a module-level function
            that runs where `write` does.
        text: the content of the file, for a format that the window shows as text to copy.
        shortcut: keyboard shortcut in the window, or "".
    """

    name: str
    suffixes: tuple[str, ...]
    texts: Callable[[], FormatTexts]
    write: Callable[[ExportTask, Progress], None]
    isolated: bool = False
    beside: Callable[[ExportTask], tuple[Path, ...]] = nothing_else
    plan: "Callable[[VideoInfo, Path, SoundChoice], ExportPlan]" = as_asked
    text: "Callable[[Arrangement], str] | None" = None
    shortcut: str = ""

    def files(self, task: ExportTask) -> tuple[Path, ...]:
        """Return all files that a task writes."""
        return (task.out, *self.beside(task))
