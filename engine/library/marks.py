"""What the score of a track tells about its form, where there is one: recordings have none."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from engine.errors import InputError
from engine.translation import tr

_MAX_JSON_BYTES = 200_000
_MAX_ENTRIES = 5_000
_MAX_NAME = 100
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a track's form.

    Args:
        name: such as "verse".
        start_s: its first bar line.
        n_bars: its length in bars.
        energy: as the composer meant it, 0 to 1.
    """

    name: str
    start_s: float
    n_bars: int
    energy: float


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a track; whatever the score doesn't tell is empty.

    Args:
        sections: by `start_s`, which rises.
        loop_s: from where and up to where the track may repeat, both on bar lines.
        energy_per_bar: from the first bar on, 0 to 1.
        roles: by part, such as {"fiddle": "melody"}.
        colours: of the cover, such as "#1f6f78".
        arousal: as the composer meant it, 0 (asleep) to 1 (frantic).
    """

    sections: tuple[Section, ...] = ()
    loop_s: tuple[float, float] | None = None
    energy_per_bar: tuple[float, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    colours: tuple[str, ...] = ()
    arousal: float | None = None

    def to_json(self) -> str:
        """Return the marks as one JSON object; `from_json` gives back equal marks."""
        return json.dumps(asdict(self), allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, duration_s: float) -> Self:
        """Read marks; nothing in the text is trusted.

        Raises:
            InputError: when it holds no marks, or such as can't be of this track.
        """
        if len(text) > _MAX_JSON_BYTES:
            raise _broken("size")
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _broken("JSON") from error
        if not isinstance(values, dict):
            raise _broken("JSON")
        return cls.from_values(values, duration_s)

    @classmethod
    def from_values(cls, values: Mapping[str, Any], duration_s: float) -> Self:
        """Build marks from decoded JSON; what is missing stays empty, other names are ignored.

        Args:
            values: by the names of the attributes.
            duration_s: of the track, in which every mark must lie.

        Raises:
            InputError: when a time is outside the track or out of order, or a number is none.
        """
        arousal = values.get("arousal")
        return cls(
            sections=_sections(values.get("sections"), duration_s),
            loop_s=_loop(values.get("loop_s"), duration_s),
            energy_per_bar=tuple(
                _number("energy_per_bar", value, 0.0, 1.0)
                for value in _list("energy_per_bar", values.get("energy_per_bar"))
            ),
            roles=_roles(values.get("roles")),
            colours=tuple(_colour(value) for value in _list("colours", values.get("colours"))),
            arousal=None if arousal is None else _number("arousal", arousal, 0.0, 1.0),
        )


def _sections(values: object, duration_s: float) -> tuple[Section, ...]:
    sections: list[Section] = []
    earliest_s = 0.0
    for value in _list("sections", values):
        if not isinstance(value, dict):
            raise _broken("sections")
        n_bars = value.get("n_bars")
        if type(n_bars) is not int or not 1 <= n_bars <= _MAX_ENTRIES:
            raise _broken("n_bars")
        start_s = _number("start_s", value.get("start_s"), earliest_s, duration_s)
        if start_s >= duration_s:
            raise _broken("start_s")
        sections.append(
            Section(
                name=_name("sections", value.get("name")),
                start_s=start_s,
                n_bars=n_bars,
                energy=_number("energy", value.get("energy"), 0.0, 1.0),
            )
        )
        earliest_s = math.nextafter(start_s, math.inf)
    return tuple(sections)


def _loop(values: object, duration_s: float) -> tuple[float, float] | None:
    times = _list("loop_s", values)
    if not times:
        return None
    if len(times) != 2:
        raise _broken("loop_s")
    start_s = _number("loop_s", times[0], 0.0, duration_s)
    end_s = _number("loop_s", times[1], start_s, duration_s)
    if end_s == start_s:
        raise _broken("loop_s")
    return start_s, end_s


def _roles(values: object) -> dict[str, str]:
    if values is None:
        return {}
    if not isinstance(values, dict) or len(values) > _MAX_ENTRIES:
        raise _broken("roles")
    return {_name("roles", part): _name("roles", role) for part, role in values.items()}


def _list(name: str, values: object) -> list[Any]:
    if values is None:
        return []
    if not isinstance(values, list) or len(values) > _MAX_ENTRIES:
        raise _broken(name)
    return values


def _name(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_NAME or not value.isprintable():
        raise _broken(name)
    return value


def _colour(value: object) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise _broken("colours")
    return value


def _number(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _broken(name)
    # Nothing but numbers within the limits passes: not NaN either, nor an integer beyond floats.
    if not low <= value <= high:
        raise _broken(name)
    return float(value)


def _broken(name: str) -> InputError:
    return InputError(
        tr("the marks of a track can't be used: their {field} makes no sense.").format(field=name),
        remedy=tr("Get the track or its pack again."),
    )
