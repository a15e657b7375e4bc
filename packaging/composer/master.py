"""From a mix to the finished file: trimmed, at -14 LUFS, its peaks below -1 dBTP, as Opus."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from composer.mix import Mix
from composer.score import Score
from composer.sound import RATE_HZ, Stereo
from engine.files import replacing
from engine.media.limiter import limit_peaks
from engine.media.loudness import measure_loudness

TARGET_LUFS = -14.0
PEAK_LIMIT_DBTP = -1.0
# 126 tracks of 70 s stay under 98 MB; constrained, so that no quiet one falls below 80 kb/s.
BITRATE = "84k"

# Encoding moves peaks: the limiter starts lower, and goes lower when the decoded file needs it.
FIRST_CEILING_DBTP = -2.0
_SILENCE = 10 ** (-62 / 20)


@dataclass(frozen=True, slots=True)
class Master:
    """A finished file.

    Attributes:
        score: what it was made from.
        path: the file.
        duration_s: its length.
        loudness_lufs: integrated loudness after decoding.
        true_peak_dbtp: highest true peak after decoding.
    """

    score: Score
    path: Path
    duration_s: float
    loudness_lufs: float
    true_peak_dbtp: float


class MasteringError(Exception):
    """A mix that can't be brought to the target."""


def master(mix: Mix, path: Path) -> Master:
    """Bring a mix to its level and write it.

    Raises:
        MasteringError: when loudness or peak miss the target after encoding.
    """
    sound = trimmed(mix.sound)
    ceiling_dbtp = FIRST_CEILING_DBTP
    gain_db = 0.0
    wave = path.with_suffix(".wav")
    wave.parent.mkdir(parents=True, exist_ok=True)
    try:
        for _ in range(12):
            loud = np.concatenate(
                list(limit_peaks(_blocks(sound * 10 ** (gain_db / 20)), RATE_HZ, ceiling_dbtp))
            )
            soundfile.write(wave, loud, RATE_HZ, subtype="FLOAT")
            missing_db = TARGET_LUFS - measure_loudness(wave).integrated_lufs
            if abs(missing_db) > 0.15:
                gain_db += missing_db * 1.1
                continue
            _encode(mix.score, wave, path)
            after = measure_loudness(path)
            if after.true_peak_dbtp > PEAK_LIMIT_DBTP - 0.1:
                ceiling_dbtp -= after.true_peak_dbtp - PEAK_LIMIT_DBTP + 0.3
                continue
            return Master(
                mix.score,
                path,
                len(sound) / RATE_HZ,
                after.integrated_lufs,
                after.true_peak_dbtp,
            )
    finally:
        wave.unlink(missing_ok=True)
    raise MasteringError(f"{mix.score.slug}: no level at which loudness and peaks both fit")


def trimmed(sound: Stereo) -> Stereo:
    """Cut the silence after the ring-out, fade the end and bring the peak to half of full scale.

    Raises:
        MasteringError: when all of it is silent.
    """
    loudest = float(np.abs(sound).max())
    if loudest <= 0:
        raise MasteringError("the mix is silent")
    audible = np.flatnonzero(np.abs(sound).max(1) > loudest * _SILENCE)
    end = min(len(sound), int(audible[-1]) + round(0.25 * RATE_HZ))
    kept = sound[:end] / loudest * 0.5
    fade = min(round(0.6 * RATE_HZ), end)
    kept[-fade:] *= (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fade)))[:, None]
    return np.asarray(kept, np.float32)


def _blocks(sound: Stereo) -> list[Stereo]:
    return np.array_split(sound.astype(np.float32), max(1, len(sound) // RATE_HZ))


def _encode(score: Score, wave: Path, path: Path) -> None:
    tags = {
        "title": score.about.title,
        "artist": "Soundbed",
        "album": "Soundbed library",
        "genre": score.about.genre,
        "license": "CC0-1.0 https://creativecommons.org/publicdomain/zero/1.0/",
        "comment": score.about.description,
    }
    metadata = [word for key, text in tags.items() for word in ("-metadata", f"{key}={text}")]
    with replacing(path) as beside:
        command = [
            "ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", str(wave),
            # Without bitexact the stream gets a random number on every run.
            "-fflags", "+bitexact", "-flags:a", "+bitexact",
            "-c:a", "libopus", "-b:a", BITRATE, "-vbr", "constrained", *metadata,
            "-f", "opus", str(beside),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
