"""The errors a user can meet, as one tree.

    SoundbedError                 exit code 2 on the command line, a panel in the window
    ├── InputError                an argument, a setting or a name the user gave
    │   └── ArrangementFromFuture saved by a newer Soundbed
    ├── MediaError                one picture or sound file
    │   ├── MediaNotFound
    │   ├── MediaUnreadable       exists, but isn't media, is damaged or unsupported
    │   │   └── MediaEncrypted    protected against copying
    │   ├── MissingStream         media without the picture or the sound that is needed
    │   ├── MediaTooLarge         beyond a limit on pixels, length or streams
    │   ├── MediaTooShort         less sound than music can be
    │   ├── MediaSilent           nothing but silence
    │   ├── MediaIncomplete       much less sound than the file states
    │   ├── MovingPicture         a film, where music is wanted
    │   └── DecoderCrashed        the worker died, hung or ran out of memory on this file
    │       └── TimedOut          it hung, or took too long
    ├── LibraryError              the track database
    │   ├── LibraryFromFuture     written by a newer Soundbed
    │   ├── LibraryDamaged        its file can't be read as a library
    │   └── RemovedMeanwhile      what was to be read or changed is no longer there
    ├── PackError                 a model pack: missing, edited, truncated
    ├── MusicPackError            a pack of music: damaged, edited, too new, without licences
    ├── ExportError               a file that could not be written
    └── TrainingError             training data or a training run
    Cancelled                     the user stopped it; exit code 130, never an error message

Every message says what failed, on which file, and what to do. `str(error)` is one line.
"""

from pathlib import Path


def display_path(path: Path | str) -> str:
    """Return a path as printable one-line text, whatever bytes its name holds."""
    text = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


class SoundbedError(Exception):
    """A failure that the user can understand and act on.

    Args:
        problem: what failed, in one sentence without the file's name. With a path, which is shown
            before it, it starts lower-case.
        path: the file or folder at fault, where there is one.
        remedy: what to do about it, in one sentence.
    """

    exit_code = 2

    def __init__(self, problem: str, *, path: Path | str | None = None, remedy: str = "") -> None:
        self.problem = problem
        self.path = path
        self.remedy = remedy
        super().__init__(problem, path, remedy)

    def __str__(self) -> str:
        head = self.problem if self.path is None else f"{display_path(self.path)}: {self.problem}"
        return f"{head} {self.remedy}".strip()

    @property
    def without_path(self) -> str:
        """The message where the file is named beside it."""
        return f"{self.problem} {self.remedy}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword arguments don't survive the default way from a worker process.
        return _rebuild, (type(self), self.problem, self.path, self.remedy)


def _rebuild(
    kind: type[SoundbedError], problem: str, path: Path | str | None, remedy: str
) -> SoundbedError:
    return kind(problem, path=path, remedy=remedy)


class InputError(SoundbedError):
    """An argument, a setting or a name that the user gave is invalid."""


class ArrangementFromFuture(InputError):
    """The saved arrangement of a clip was written by a newer Soundbed."""


class MediaError(SoundbedError):
    """One picture or sound file can't be used."""


class MediaNotFound(MediaError):
    """The file doesn't exist."""


class MediaUnreadable(MediaError):
    """The file exists, but isn't media, is damaged, or is of an unsupported kind."""


class MediaEncrypted(MediaUnreadable):
    """The file's picture or sound is encrypted."""


class MissingStream(MediaError):
    """The file has no picture, or no sound, where one is needed."""


class MediaTooLarge(MediaError):
    """The file is beyond a limit on pixels, length or streams."""


class MediaTooShort(MediaError):
    """The sound is shorter than music can be."""


class MediaSilent(MediaError):
    """The sound is nothing but silence."""


class MediaIncomplete(MediaError):
    """Much less sound can be read than the file states, and too little to be used.

    Args:
        problem, path, remedy: as of `SoundbedError`.
        found_s: what can be read.
        claimed_s: what the file states.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: Path | str | None = None,
        remedy: str = "",
        found_s: float = 0.0,
        claimed_s: float = 0.0,
    ) -> None:
        super().__init__(problem, path=path, remedy=remedy)
        self.found_s, self.claimed_s = found_s, claimed_s

    def __reduce__(self) -> tuple[object, ...]:
        lengths_s = self.found_s, self.claimed_s
        return _rebuild_incomplete, (self.problem, self.path, self.remedy, *lengths_s)


def _rebuild_incomplete(
    problem: str, path: Path | str | None, remedy: str, found_s: float, claimed_s: float
) -> MediaIncomplete:
    return MediaIncomplete(problem, path=path, remedy=remedy, found_s=found_s, claimed_s=claimed_s)


class MovingPicture(MediaError):
    """The file is a film, where music is wanted."""


class DecoderCrashed(MediaError):
    """The worker process died, hung or ran out of memory on this file."""


class TimedOut(DecoderCrashed):
    """The worker process hung, or took too long."""


class LibraryError(SoundbedError):
    """The track database can't be used."""


class LibraryFromFuture(LibraryError):
    """The track database was written by a newer Soundbed."""


class LibraryDamaged(LibraryError):
    """The file of the track database is damaged."""


class RemovedMeanwhile(LibraryError):
    """A track or folder was removed while it was in use, perhaps by another process."""


class PackError(SoundbedError):
    """A model pack is missing, edited or truncated."""


class MusicPackError(SoundbedError):
    """A music pack can't be made or installed."""


class ExportError(SoundbedError):
    """An output file could not be written."""


class TrainingError(SoundbedError):
    """Training data can't be used, or a training run can't continue."""


class Cancelled(Exception):
    """The user stopped a long task."""

    exit_code = 130
