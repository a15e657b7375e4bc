"""Which part of a clip gets music, and the markers on it."""

from dataclasses import dataclass

from engine.arrangement.segments import unusable

MAX_FRAME = 7 * 24 * 3600 * 1000
_MAX_NAME = 1_000


@dataclass(frozen=True, slots=True)
class ClipPart:
    """The part of a clip between its in and its out point.

    Attributes:
        first_frame: the first one inside.
        end_frame: the first one after it.
    """

    first_frame: int
    end_frame: int

    def __post_init__(self) -> None:
        if not 0 <= self.first_frame < self.end_frame <= MAX_FRAME:
            raise unusable("part")


@dataclass(frozen=True, slots=True)
class Marker:
    """A frame of the clip that the user marked.

    Attributes:
        frame: of the clip.
        name: what the user called it, or "".
    """

    frame: int
    name: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.frame <= MAX_FRAME or len(self.name) > _MAX_NAME:
            raise unusable("markers")
