"""From a score to stems: one sound for each part, or for parts that share soundfont and strip."""

from dataclasses import dataclass

import numpy as np

from composer import fonts, hits, synth
from composer.midi import LEAD_IN_S
from composer.score import Part, Score, Strip
from composer.sound import RATE_HZ, Stereo

# Time for the last chord to die away; mastering cuts the silence after it.
_RING_OUT_S = 6.0


@dataclass(frozen=True, slots=True)
class Stem:
    """One channel's sound before its strip: (n, 2) float32 at 48 kHz."""

    name: str
    strip: Strip
    sound: Stereo


@dataclass(frozen=True, slots=True)
class Stems:
    """All channels of a piece.

    Attributes:
        score: what was played.
        channels: equally long.
        kicks_s: onsets of the bass drum, for ducking.
    """

    score: Score
    channels: tuple[Stem, ...]
    kicks_s: tuple[float, ...]


def render(score: Score) -> Stems:
    """Play the score."""
    n_samples = round((LEAD_IN_S + score.n_beats * score.tempo.beat_s + _RING_OUT_S) * RATE_HZ)
    groups: dict[tuple[str, Strip | str], list[Part]] = {}
    for part in score.parts:
        if part.notes:
            is_font = part.voice.engine in ("fluid", "musescore")
            groups.setdefault((part.voice.engine, part.strip if is_font else part.name), []).append(
                part
            )
    channels = []
    for (engine, _), parts in groups.items():
        if engine == "hits":
            sound = hits.play(score, parts[0], n_samples)
        elif engine == "synth":
            sound = synth.play(score, parts[0], n_samples)
        else:
            sound = fonts.play(score, tuple(parts), n_samples)
        name = "+".join(part.name for part in parts)
        channels.append(Stem(name, parts[0].strip, np.ascontiguousarray(sound)))
    return Stems(score, tuple(channels), _kicks(score))


def _kicks(score: Score) -> tuple[float, ...]:
    onsets = {
        note.start_beats * score.tempo.beat_s + LEAD_IN_S
        for part in score.parts
        if part.voice.is_drums
        for note in part.notes
        if note.pitch == 36
    }
    return tuple(sorted(onsets))
