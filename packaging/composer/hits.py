"""Drum kits of sampled hits: CC0 samples of Debian's sonic-pi-samples and our own drums."""

from functools import lru_cache

import numpy as np
import soxr
from scipy import signal

from composer.kits import KITS, Stroke
from composer.midi import LEAD_IN_S
from composer.rhythm import DRUMS
from composer.score import Part, Score
from composer.sound import RATE_HZ, Stereo
from composer.struck import OWN, Drum, sample

_NAMES = {number: name for name, number in DRUMS.items()}
# A stroke below this velocity gets the kit's soft sound, or a duller one.
_GENTLE = 60
_DULL_HZ = 5200


def play(score: Score, part: Part, n_samples: int) -> Stereo:
    """Play a part of drum hits with its kit.

    Raises:
        KeyError: for a kit or a drum that doesn't exist.
    """
    kit = KITS[part.voice.name]
    out = np.zeros((n_samples, 2), np.float32)
    for number, note in enumerate(part.notes):
        stroke = kit[_NAMES[note.pitch]]
        # No two strokes are the same: the pitch changes a little from hit to hit.
        speed = stroke.speed * (1 + 0.012 * ((number * 7) % 5 - 2) / 2)
        sound = _struck(stroke, round(speed, 3), note.velocity < _GENTLE)
        start = max(0, round((note.start_beats * score.tempo.beat_s + LEAD_IN_S) * RATE_HZ))
        end = min(n_samples, start + len(sound))
        level = 10 ** (stroke.gain_db / 20) * (note.velocity / 100) ** 1.5
        sides = np.sqrt(np.array([(1 - stroke.pan) / 2, (1 + stroke.pan) / 2])) * np.sqrt(2)
        out[start:end] += (level * sound[: end - start, None] * sides).astype(np.float32)
    return out


@lru_cache(maxsize=256)
def _struck(stroke: Stroke, speed: float, is_gentle: bool) -> Drum:
    sound = _read(stroke.soft if is_gentle and stroke.soft else stroke.sound)
    if speed != 1.0:
        sound = soxr.resample(sound, RATE_HZ * speed, RATE_HZ)
    if is_gentle and not stroke.soft:
        duller = signal.butter(1, _DULL_HZ, "lowpass", fs=RATE_HZ, output="sos")
        sound = signal.sosfilt(duller, sound)
    return np.asarray(sound, np.float32)


@lru_cache(maxsize=128)
def _read(name: str) -> Drum:
    return OWN[name[1:]]() if name.startswith(":") else sample(name)
