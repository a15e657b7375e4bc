"""What is asked for in a clip's list, as it is saved with the clip: one JSON object.

What can't be read is left out, field by field and filter by filter: a damaged text, a name that a
newer Soundbed wrote, a mood that no longer exists.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import msgspec

from engine.errors import InputError
from engine.ranking.affect_area import AffectArea
from engine.ranking.filter_kinds import Choices, Range
from engine.ranking.filters import FILTERS, Filters
from engine.ranking.query import Correction
from engine.ranking.references import Reference
from engine.ranking.sort_keys import Sort
from engine.stories.ranking_options import RankingOptions

_MAX_CHARACTERS = 1_000_000
# Of words and wishes; the window takes fewer.
_MAX_TEXT = 10_000
_KINDS: Mapping[str, Any] = {
    "filters": dict[str, Any],
    "search": str,
    "sort": Sort,
    "text": str,
    "without": str,
    "correction": Correction,
    "references": tuple[Reference, ...],
    "area": AffectArea | None,
}


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """The part of the ranking options that belongs to a clip; see `RankingOptions`."""

    filters: Filters = field(default_factory=dict)
    search: str = ""
    sort: Sort = field(default_factory=Sort)
    text: str = ""
    without: str = ""
    correction: Correction = field(default_factory=Correction)
    references: tuple[Reference, ...] = ()
    area: AffectArea | None = None

    @classmethod
    def of(cls, options: RankingOptions) -> Self:
        """Return what belongs to the clip of these options."""
        return cls(**{each.name: getattr(options, each.name) for each in fields(cls)})

    def put_into(self, options: RankingOptions) -> RankingOptions:
        """Return the options with this query."""
        return replace(options, **{each.name: getattr(self, each.name) for each in fields(self)})

    def to_json(self) -> str:
        """Return it as text."""
        nothing = SavedQuery()
        asked = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) != getattr(nothing, each.name)
        }
        return json.dumps(msgspec.to_builtins(asked, enc_hook=os.fspath))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what can be read of a text; nothing in it is trusted."""
        try:
            values = json.loads(text) if len(text) <= _MAX_CHARACTERS else None
        except (ValueError, RecursionError):
            values = None
        found: dict[str, Any] = {}
        for name, value in values.items() if isinstance(values, dict) else ():
            if name in _KINDS:
                read = _read(value, _KINDS[name])
                if read is not None:
                    found[name] = _known(read) if name == "filters" else read
        query = cls(**found)
        try:
            query.put_into(RankingOptions())
        except InputError:
            # A wish in words that this version refuses.
            return cls(**{**found, "text": "", "without": ""})
        return query


def _read(value: object, kind: Any) -> Any:
    """Return a value as what it should be, None where it isn't that."""
    try:
        found = msgspec.convert(value, kind, dec_hook=_path)
    except (msgspec.ValidationError, InputError, OverflowError, RecursionError):
        return None
    return None if isinstance(found, str) and len(found) > _MAX_TEXT else found


def _path(kind: type, value: object) -> Path:
    if kind is not Path or not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("no path")
    return Path(value)


def _known(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters that exist, with values that they allow."""
    found: dict[str, Any] = {}
    for each in FILTERS:
        value = filters.get(each.name)
        if isinstance(each, Choices):
            value = _read(value, tuple[str, ...])
        elif isinstance(each, Range):
            value = _read(value, tuple[float, float])
        elif value is not True:
            value = None
        if not value:
            continue
        try:
            each.check(value)
        except InputError:
            continue
        found[each.name] = value
    return found
