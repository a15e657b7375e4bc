"""The table of filters: each is a class of one of the kinds, and one entry of `FILTERS`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.ranking.filter_kinds import Choices, Filter, Filterable, FixedChoices
from engine.ranking.music_filters import MUSIC_FILTERS
from engine.ranking.use_filters import USE_FILTERS

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

Filters = Mapping[str, Any]
"""The filters in use: the value of each, by the filter's name."""

FILTERS: tuple[Filter[Any], ...] = (*MUSIC_FILTERS, *USE_FILTERS)
_BY_NAME = {each.name: each for each in FILTERS}


def check_filters(filters: Filters) -> None:
    """Raise InputError when a filter's value is invalid."""
    for name, value in filters.items():
        _BY_NAME[name].check(value)


def words_of(parts: Sequence[Filterable]) -> dict[str, tuple[str, ...]]:
    """Return for each filter of choices the words that tracks have.

    Args:
        parts: the tracks.
    """
    found: dict[str, tuple[str, ...]] = {}
    for each in FILTERS:
        if isinstance(each, Choices):
            known = dict.fromkeys(word for tracks in parts for word in each.words_in(tracks))
            words = [word for word in known if _is_there(each, word, parts)]
            found[each.name] = tuple(words if isinstance(each, FixedChoices) else sorted(words))
    return found


def with_known_words(
    filters: Filters, pack: "MatchingPack", parts: Sequence[Filterable] | None
) -> Filters:
    """Return the filters with all words as pack and tracks spell them.

    Args:
        filters: as the user typed them.
        pack: the matching pack.
        parts: the tracks to be ranked; None while they are unknown: words that don't come from
            the pack are then left unchecked.

    Raises:
        InputError: when a word isn't known; it names those that are.
    """
    checked = dict(filters)
    for each in FILTERS:
        if not isinstance(each, Choices) or each.name not in filters:
            continue
        words = [word for tracks in parts or () for word in each.words_in(tracks)]
        known = dict.fromkeys([*each.words_of_pack(pack), *words])
        if known or parts is not None:
            checked[each.name] = each.canonical(filters[each.name], tuple(known))
    return checked


def _is_there(choices: Choices, word: str, parts: Sequence[Filterable]) -> bool:
    return any(
        word in choices.words_in(tracks) and choices.has(tracks, word).any() for tracks in parts
    )
