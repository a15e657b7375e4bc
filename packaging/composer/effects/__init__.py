"""Effects: frozen values that turn a stereo sound into another; parts and rooms chain them."""

from collections.abc import Sequence

import numpy as np

from composer.effects.amps import BassAmp, Box, Cabinet, GuitarAmp
from composer.effects.distortion import BitCrusher, Exciter, Saturator
from composer.effects.dynamics import Compressor, Gate, ParallelCompressor
from composer.effects.echoes import Delay, SpringReverb, TapeEcho
from composer.effects.equalisers import HighPass, HighShelf, LowPass, LowShelf, Peak
from composer.effects.modulation import AutoWah, Chorus, RotarySpeaker, Tremolo
from composer.effects.records import Vinyl, Wow
from composer.effects.spectra import MatchPop
from composer.score import Effect
from composer.sound import Stereo

__all__ = [
    "AutoWah",
    "BassAmp",
    "BitCrusher",
    "Box",
    "Cabinet",
    "Chorus",
    "Compressor",
    "Delay",
    "Exciter",
    "Gate",
    "GuitarAmp",
    "HighPass",
    "HighShelf",
    "LowPass",
    "LowShelf",
    "MatchPop",
    "ParallelCompressor",
    "Peak",
    "RotarySpeaker",
    "Saturator",
    "SpringReverb",
    "TapeEcho",
    "Tremolo",
    "Vinyl",
    "Wow",
    "apply_all",
]


def apply_all(effects: Sequence[Effect], sound: Stereo) -> Stereo:
    """Return the sound after each of the effects in turn."""
    for effect in effects:
        sound = effect.apply(sound).astype(np.float32)
    return sound
