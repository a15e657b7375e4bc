"""A row of the list in words: its facts, and the sentence that a screen reader says."""

from dataclasses import dataclass

from desktop.results.pages import Missing
from desktop.timeline.times import format_time
from engine.encoders.fit_levels import fit_word
from engine.stories.recommend import Recommendation
from engine.translation import tr

_N_MOODS = 3
_CLEAR_MOOD = 0.3
# Longer tags don't fit on any screen, and take long to measure.
_LONGEST = 200
# Hebrew, Arabic and their neighbours; then their presentation forms.
_RIGHT_TO_LEFT = (range(0x0590, 0x0900), range(0xFB1D, 0xFE00), range(0xFE70, 0xFF00))


@dataclass(frozen=True, slots=True)
class RowMarks:
    """What the user decided about a track.

    Attributes:
        is_favourite: shown as a star.
        is_shortlisted: for the open clip.
        used: where it was used, translated; "" for nowhere.
    """

    is_favourite: bool = False
    is_shortlisted: bool = False
    used: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A few words about a track.

    Attributes:
        text: the words, translated.
        weight: the higher, the longer it is shown where there is little room.
        may_shorten: whether it may end in an ellipsis; else it is shown whole or not at all.
    """

    text: str
    weight: int
    may_shorten: bool = False


def missing_text(row: Missing) -> str:
    """Return what stands in a row that shows no track."""
    return tr("Reading…") if row is Missing.WAITING else tr("This track is no longer there.")


def leading_moods(moods: dict[str, float]) -> tuple[str, ...]:
    """Return the moods that stand out, the strongest first, three at most."""
    ordered = sorted(moods.items(), key=lambda mood: -mood[1])
    return tuple(name for name, z_score in ordered[:_N_MOODS] if z_score >= _CLEAR_MOOD)


def plain(text: str) -> str:
    """Return a tag as one line that leaves the order of the words beside it alone."""
    line = " ".join(text[:_LONGEST].split())
    if any(ord(character) in script for character in line for script in _RIGHT_TO_LEFT):
        # First strong isolate … pop directional isolate.
        return f"\u2068{line}\u2069"
    return line


def facts(item: Recommendation) -> tuple[Fact, ...]:
    """Return the facts in a row: artist, moods, tempo, key, length, licence, and what meets."""
    track = item.track
    moods = [tr(mood) for mood in leading_moods(track.profile.moods)]
    bpm, length_s = track.profile.bpm, track.file.duration_s
    found = (
        Fact(plain(track.tags.artist or ""), 4, may_shorten=True),
        Fact(", ".join(moods), 6),
        Fact("" if bpm is None else tr("{bpm} BPM").format(bpm=round(bpm)), 7),
        Fact(track.profile.key or "", 3),
        Fact(format_time(length_s, 0) if length_s else "", 5),
        Fact(plain(track.tags.licence or ""), 2, may_shorten=True),
        *(Fact(text, 1) for text in item.placement),
    )
    return tuple(fact for fact in found if fact.text)


def accessible_text(number: int, item: Recommendation, marks: RowMarks = RowMarks()) -> str:
    """Return the row as one sentence for a screen reader."""
    parts = [
        tr("{rank}. {title}").format(rank=number, title=plain(item.track.title)),
        tr("fit: {fit}").format(fit=fit_word(item.fit)),
        tr("favourite") if marks.is_favourite else "",
        tr("on the shortlist") if marks.is_shortlisted else "",
        tr(item.track.genre) if item.track.genre else tr("unknown genre"),
        *(fact.text for fact in facts(item)),
        marks.used,
        item.moved_text,
        *item.reasons,
    ]
    return ", ".join(filter(None, parts))
