"""A row of the list in words: its facts, and the sentence that a screen reader says."""

from desktop.results.pages import Missing
from desktop.timeline.times import format_time
from engine.encoders.fit_levels import fit_word
from engine.library.tracks import Track
from engine.stories.recommend import Recommendation
from engine.translation import tr

_N_MOODS = 3
_CLEAR_MOOD = 0.3
# Longer tags don't fit on any screen, and take long to measure.
_LONGEST = 200
_RIGHT_TO_LEFT = range(0x0590, 0x0900)


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
    if any(ord(character) in _RIGHT_TO_LEFT for character in line):
        # First strong isolate … pop directional isolate.
        return f"\u2068{line}\u2069"
    return line


def moods_text(track: Track) -> str:
    """Return the moods that stand out, "" when none does."""
    return ", ".join(tr(mood) for mood in leading_moods(track.profile.moods))


def tempo_text(track: Track) -> str:
    """Return the tempo, "" where it isn't known."""
    bpm = track.profile.bpm
    return "" if bpm is None else tr("{bpm} BPM").format(bpm=round(bpm))


def facts(item: Recommendation) -> tuple[str, ...]:
    """Return the facts in a row: artist, moods, tempo, key, length, licence, and what meets."""
    track = item.track
    found = (
        plain(track.tags.artist or ""),
        moods_text(track),
        tempo_text(track),
        track.profile.key or "",
        format_time(track.file.duration_s, 0) if track.file.duration_s else "",
        plain(track.tags.licence or ""),
        *item.placement,
    )
    return tuple(fact for fact in found if fact)


def accessible_text(number: int, item: Recommendation) -> str:
    """Return the row as one sentence for a screen reader."""
    parts = [
        tr("{rank}. {title}").format(rank=number, title=plain(item.track.title)),
        tr("fit: {fit}").format(fit=fit_word(item.fit)),
        tr(item.track.genre) if item.track.genre else tr("unknown genre"),
        *facts(item),
        *item.reasons,
    ]
    return ", ".join(parts)
