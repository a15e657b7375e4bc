"""The wishes in the ranking options, one by one, and what taking one away leaves.

Plain functions without Qt. A wish is shown as a chip.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from engine.ranking.explain import affect_words
from engine.ranking.query import Correction
from engine.ranking.references import Reference
from engine.ranking.words import clauses_of, named_in
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

# "-drums" leaves drums out, as in a search engine.
_MINUS = re.compile(r"(?:^|(?<=\s))-(?=\w)([^\s,;]+)")
# A longer text is one wish, so that a pasted page doesn't become a hundred.
_MAX_CLAUSES = 8


class Kind(Enum):
    """What a wish is about."""

    WORDS = "words"
    UNWANTED = "unwanted words"
    LIKE = "like"
    UNLIKE = "unlike"
    MOOD = "mood"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish.

    Attributes:
        kind: what it is about.
        text: the words, the title of a reference, or the mood in words.
        place: which of its kind it is, from 0; references are counted together.
    """

    kind: Kind
    text: str
    place: int = 0

    @property
    def label(self) -> str:
        """The wish in words, translated."""
        templates = {
            Kind.WORDS: "{text}",
            Kind.UNWANTED: tr("without {text}"),
            Kind.LIKE: tr("like {text}"),
            Kind.UNLIKE: tr("less like {text}"),
            Kind.MOOD: tr("mood: {text}"),
            Kind.AREA: tr("mood around: {text}"),
        }
        return templates[self.kind].format(text=self.text)

    @property
    def is_words(self) -> bool:
        """Whether it was written by the user."""
        return self.kind in (Kind.WORDS, Kind.UNWANTED)

    @property
    def is_reference(self) -> bool:
        """Whether it is music to be like, or unlike."""
        return self.kind in (Kind.LIKE, Kind.UNLIKE)


@dataclass(frozen=True, slots=True)
class Described:
    """A typed description, taken apart.

    Attributes:
        wanted: parts that say what is wanted.
        unwanted: parts that say what to leave out.
        unknown: what was to be left out but names no instrument, genre or mood.
    """

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def parse_description(text: str) -> Described:
    """Take apart what was typed, such as "calm piano -drums" or "sad strings, no vocals"."""
    minus = _MINUS.findall(text)
    wanted, unwanted = clauses_of(" ".join(_MINUS.sub(" ", text).split()))
    if len(wanted) > _MAX_CLAUSES:
        wanted = [", ".join(wanted)]
    return Described(
        tuple(wanted),
        (*unwanted, *(word for word in minus if named_in(word))),
        tuple(word for word in minus if not named_in(word)),
    )


def wishes_of(options: RankingOptions) -> list[Wish]:
    """Return the wishes in the options, in the order of their chips."""
    wishes = [
        Wish(Kind.WORDS, text, place) for place, text in enumerate(wanted_words(options.text))
    ]
    wishes += [
        Wish(Kind.UNWANTED, text, place)
        for place, text in enumerate(unwanted_words(options.without))
    ]
    wishes += [
        Wish(Kind.LIKE if each.is_wanted else Kind.UNLIKE, each.title, place)
        for place, each in enumerate(options.references)
    ]
    if options.area is not None:
        wishes.append(Wish(Kind.AREA, mood_words(*options.area.middle)))
    if options.correction.has_affect:
        wishes.append(Wish(Kind.MOOD, correction_words(options.correction)))
    return wishes


def wanted_words(text: str) -> list[str]:
    """Return the parts of a text that is wanted, each a wish."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return parts if len(parts) <= _MAX_CLAUSES else [", ".join(parts)]


def unwanted_words(without: str) -> list[str]:
    """Return the parts of what is to be left out, each a wish."""
    return [part.strip() for part in without.split(",") if part.strip()]


def added(options: RankingOptions, described: Described) -> dict[str, Any]:
    """Return the fields of the options with a description besides what is asked for."""
    return {
        "text": _joined([*wanted_words(options.text), *described.wanted]),
        "without": _joined([*unwanted_words(options.without), *described.unwanted]),
    }


def with_reference(references: Sequence[Reference], reference: Reference) -> tuple[Reference, ...]:
    """Return references with one more, which takes the place of the same music."""
    others = [each for each in references if each.content_hash != reference.content_hash]
    return (*others, reference)


def without_wish(options: RankingOptions, wish: Wish) -> dict[str, Any]:
    """Return the fields of the options when a wish is taken away."""
    match wish.kind:
        case Kind.WORDS:
            return {"text": _joined(_left(wanted_words(options.text), wish))}
        case Kind.UNWANTED:
            return {"without": _joined(_left(unwanted_words(options.without), wish))}
        case Kind.LIKE | Kind.UNLIKE:
            return {"references": tuple(_left(options.references, wish))}
        case Kind.AREA:
            return {"area": None}
        case Kind.MOOD:
            return {"correction": Correction(moods=options.correction.moods)}


def turned_round(options: RankingOptions, wish: Wish) -> dict[str, Any] | None:
    """Return the fields when what is wanted is to be left out, or the other way round.

    None where that can't be: words that name nothing can't be left out, and moods have no opposite.
    """
    match wish.kind:
        case Kind.WORDS if named_in(wish.text):
            unwanted = [*unwanted_words(options.without), wish.text]
            return without_wish(options, wish) | {"without": _joined(unwanted)}
        case Kind.UNWANTED:
            wanted = [*wanted_words(options.text), wish.text]
            return without_wish(options, wish) | {"text": _joined(wanted)}
        case Kind.LIKE | Kind.UNLIKE:
            references = list(options.references)
            reference = references[wish.place]
            references[wish.place] = replace(reference, is_wanted=not reference.is_wanted)
            return {"references": tuple(references)}
    return None


def mood_words(valence: float, arousal: float) -> str:
    """Return valence and arousal in words, translated."""
    return ", ".join(affect_words(valence, arousal)) or tr("neutral")


def correction_words(correction: Correction) -> str:
    """Return the valence and arousal that the user set in words, translated."""
    return mood_words(correction.valence or 0.0, correction.arousal or 0.0)


def _left(values: Sequence[Any], wish: Wish) -> list[Any]:
    return [value for place, value in enumerate(values) if place != wish.place]


def _joined(parts: Sequence[str]) -> str:
    """Return the parts as one text, each once."""
    return ", ".join(dict.fromkeys(parts))
