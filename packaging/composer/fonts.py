"""Soundfont instruments, played by FluidSynth from MIDI files."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from composer.midi import midi_bytes
from composer.score import Part, Score
from composer.sound import RATE_HZ, Stereo
from composer.tools import soundfont


def play(score: Score, parts: tuple[Part, ...], n_samples: int) -> Stereo:
    """Play parts that share a soundfont and a chain, in one call.

    FluidSynth's own reverb and chorus stay off: space is added when mixing.

    Raises:
        subprocess.CalledProcessError: when FluidSynth fails.
    """
    with tempfile.TemporaryDirectory(prefix="soundbed-composer-") as folder:
        midi, wave = Path(folder) / "part.mid", Path(folder) / "part.wav"
        midi.write_bytes(midi_bytes(score, parts))
        command = [
            "fluidsynth", "-ni", "-q", "-g", "1.6", "-r", str(RATE_HZ), "-O", "float",
            # Only the samples that are played: a fifth of the time, the same sound.
            "-o", "synth.dynamic-sample-loading=1",
            "-o", "synth.reverb.active=0", "-o", "synth.chorus.active=0",
            "-F", str(wave), str(soundfont(parts[0].voice.engine)), str(midi),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        sound, _ = soundfile.read(wave, dtype="float32", always_2d=True)
    out = np.zeros((n_samples, 2), np.float32)
    out[: min(n_samples, len(sound))] = sound[:n_samples]
    return out
