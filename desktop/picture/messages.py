"""What the window and the process that decodes the picture tell each other."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Open:
    """Open a file.

    Attributes:
        path: None closes the one that is open.
        continues: whether it is another copy of the clip that is shown, such as its proxy;
            its frames follow those that were shown.
    """

    path: Path | None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Show the frame of a position, and stay there.

    Attributes:
        number: of this request, rising.
        position_s: in the clip.
        n_steps: how many frames further to go from there, back when negative.
    """

    number: int
    position_s: float
    n_steps: int = 0


@dataclass(frozen=True, slots=True)
class Follow:
    """Play: show each frame when it is due.

    Attributes:
        position_s: in the clip, at `time_s`.
        speed: above 0; 1 is normal.
        time_s: by the clock that all processes of a computer share.
    """

    position_s: float
    speed: float
    time_s: float

    def position_at(self, time_s: float) -> float:
        """Return the position at another time."""
        return self.position_s + self.speed * (time_s - self.time_s)


@dataclass(frozen=True, slots=True)
class Resize:
    """Fit the frames into another size, in pixels of the screen."""

    width: int
    height: int


Command: TypeAlias = Open | Show | Follow | Resize


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame that is due now.

    Attributes:
        sequence: of all frames, rising by one.
        slot: where its pixels are, see `desktop.picture.slots`.
        width, height: in pixels.
        time_s: the frame's own time, from the clip's first frame.
        request: number of the last `Show` that it answers or follows.
        is_exact: whether it is the frame that was asked for, not one on the way there.
    """

    sequence: int
    slot: int
    width: int
    height: int
    time_s: float
    request: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """The file can't be opened or decoded.

    Attributes:
        request: number of the last `Show`.
        reason: for the log.
    """

    request: int
    reason: str


Reply: TypeAlias = Shown | Failed
