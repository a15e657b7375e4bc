"""Our own synthesiser; equal notes (pitch, length, brightness) are rendered once."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from composer.midi import LEAD_IN_S
from composer.score import Part, Score
from composer.sound import RATE_HZ, Stereo
from composer.synth import basses, leads, pads, plucks, textures, voices
from composer.synth.oscillators import Wave
from composer.synth.shaping import Tone

PATCHES: dict[str, Callable[[Tone], Wave]] = {
    patch.__name__: patch
    for module in (basses, leads, pads, plucks, textures, voices)
    for patch in module.PATCHES
}

# Steps of brightness: few, so that many notes share one computation.
_N_TOUCHES = 8


def play(score: Score, part: Part, n_samples: int) -> Stereo:
    """Play a part with its patch, brighter for louder notes and in sections of more energy.

    Raises:
        KeyError: for a patch that doesn't exist.
    """
    patch = part.voice.name
    if patch not in PATCHES:
        raise KeyError(patch)
    out = np.zeros((n_samples, 2), np.float32)
    for note in part.notes:
        start = max(0, round((note.start_beats * score.tempo.beat_s + LEAD_IN_S) * RATE_HZ))
        # Lengths on a grid of 5 ms let equal notes share one computation.
        length_s = max(0.03, round(note.duration_beats * score.tempo.beat_s / 0.005) * 0.005)
        bright = 0.5 * note.velocity / 110 + 0.5 * _energy_at(score, note.start_beats)
        sound = _tone(patch, note.pitch, length_s, round(min(1.0, bright) * _N_TOUCHES))
        loud = np.float32((note.velocity / 100) ** 1.6)
        end = min(n_samples, start + len(sound))
        out[start:end] += loud * sound[: end - start]
    return out


@lru_cache(maxsize=512)
def _tone(patch: str, pitch: int, length_s: float, touch: int) -> Stereo:
    tone = Tone(440.0 * 2 ** ((pitch - 69) / 12), length_s, touch / _N_TOUCHES)
    sound = PATCHES[patch](tone)
    return (sound if sound.ndim == 2 else np.repeat(sound[:, None], 2, 1)).astype(np.float32)


def _energy_at(score: Score, beat: float) -> float:
    """The energy of the section at this beat."""
    section = score.sections[0]
    for coming in score.sections:
        if coming.start_beats > beat + 1e-6:
            break
        section = coming
    return section.energy_at(beat)
