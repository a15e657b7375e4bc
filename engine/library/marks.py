"""What is known about a track's form from its score; recordings have no score."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Any, Self

import msgspec

from engine.errors import InputError
from engine.translation import tr

_MAX_JSON_CHARACTERS = 200_000
_MAX_ENTRIES = 5_000

_Part = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Time = Annotated[float, msgspec.Meta(ge=0)]
_Name = Annotated[str, msgspec.Meta(max_length=100)]
_Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-f]{6}\Z")]
_SOME = msgspec.Meta(max_length=_MAX_ENTRIES)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a track's form.

    Attributes:
        name: such as "verse".
        start_s: its first bar line.
        n_bars: its length in bars.
        energy: as the composer meant it, 0 to 1.
    """

    name: _Name
    start_s: _Time
    n_bars: Annotated[int, msgspec.Meta(ge=1, le=_MAX_ENTRIES)]
    energy: _Part


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a track; whatever isn't known from the score is empty.

    Attributes:
        sections: by `start_s`, which rises.
        loop_s: from where and up to where the track may repeat, both on bar lines.
        energy_per_bar: from the first bar on, 0 to 1.
        roles: by part, such as {"fiddle": "melody"}.
        colours: of the cover, such as "#1f6f78".
        arousal: as the composer meant it, 0 (asleep) to 1 (frantic).
    """

    sections: Annotated[tuple[Section, ...], _SOME] = ()
    loop_s: tuple[_Time, _Time] | None = None
    energy_per_bar: Annotated[tuple[_Part, ...], _SOME] = ()
    roles: Annotated[dict[_Name, _Name], _SOME] = field(default_factory=dict)
    colours: Annotated[tuple[_Colour, ...], _SOME] = ()
    arousal: _Part | None = None

    def __post_init__(self) -> None:
        names = [section.name for section in self.sections]
        for name in (*names, *self.roles, *self.roles.values()):
            if not name.isprintable():
                raise ValueError("a name holds control characters")
        if any(one.start_s >= other.start_s for one, other in pairwise(self.sections)):
            raise ValueError("start_s of the sections must rise")
        if self.loop_s is not None and self.loop_s[0] >= self.loop_s[1]:
            raise ValueError("loop_s must rise")

    def to_json(self) -> str:
        """Return the marks as one JSON object; `from_json` gives back equal marks."""
        return json.dumps(msgspec.to_builtins(self), allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, duration_s: float) -> Self:
        """Read marks; nothing in the text is trusted.

        Raises:
            InputError: when it isn't marks, or can't belong to this track.
        """
        if len(text) > _MAX_JSON_CHARACTERS:
            raise _damaged("size")
        try:
            return msgspec.json.decode(text, type=cls)._within(duration_s)
        except (ValueError, RecursionError) as error:
            raise _damaged(error) from error

    @classmethod
    def from_values(cls, values: Mapping[str, Any], duration_s: float) -> Self:
        """Build marks from decoded JSON; what is missing stays empty, other names are ignored.

        Args:
            values: by the names of the attributes.
            duration_s: of the track; every mark must be within it.

        Raises:
            InputError: when a time is outside the track or out of order, or a number is invalid.
        """
        try:
            return msgspec.convert(values, cls)._within(duration_s)
        except ValueError as error:
            raise _damaged(error) from error

    def _within(self, duration_s: float) -> Self:
        if self.sections and not self.sections[-1].start_s < duration_s:
            raise ValueError("start_s of a section is outside the track")
        if self.loop_s is not None and not self.loop_s[1] <= duration_s:
            raise ValueError("loop_s is outside the track")
        return self


def _damaged(reason: object) -> InputError:
    return InputError(
        tr("the marks of a track can't be used ({reason}).").format(reason=reason),
        remedy=tr("Get a new copy of the track or its music pack."),
    )
