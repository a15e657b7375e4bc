"""Tune a sound: render pieces without encoding them, and print their tags by the MSD network.

    python packaging/hear.py jazz-01 metal-03 [--seconds 40] [--write FOLDER] [--tags 9]
                                              [--against FILE …]

Only the network of the Million Song Dataset is used here, and only on pieces with odd numbers. The
other network and the even pieces are reserved for evaluation in
`tests/benchmarks/library_judged.py`.
Next to the tags is the spectrum in bands of two thirds of an octave, in dB relative to the mean of
the files of --against, so that gaps and peaks show.
"""

import argparse
import itertools
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
import soundfile

from composer.form import compose
from composer.genres import BRIEFS
from composer.master import FIRST_CEILING_DBTP, TARGET_LUFS, trimmed
from composer.mix import mix
from composer.render import render
from composer.sound import RATE_HZ
from engine.encoders.audio import MSD_TAGS, MusicTagger
from engine.media.limiter import limit_peaks
from engine.media.loudness import measure_samples
from engine.music.features import describe_music
from engine.progress import silent

# Edges of the bands: two thirds of an octave from 40 Hz on.
EDGES_HZ = 40.0 * 2 ** (np.arange(14) * 2 / 3)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was measured on one file.

    Attributes:
        tags: (50,) float32, mean probability of each of `MSD_TAGS`.
        bands_db: (13,) float64, level of each band below the whole.
        bpm: its tempo.
        key: such as "D minor".
    """

    tags: npt.NDArray[np.float32]
    bands_db: npt.NDArray[np.float64]
    bpm: float
    key: str


def analyse(path: Path, tagger: MusicTagger) -> Analysis:
    """Analyse a file."""
    features = describe_music(path, tagger, silent())
    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return Analysis(
        features.msd_tags,
        spectrum_db(sound.mean(1), rate_hz),
        features.bpm,
        f"{features.key} {features.mode}",
    )


def spectrum_db(mono: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the level of each band in dB below the whole, (13,)."""
    n = 8192
    frames = mono[: len(mono) // n * n].reshape(-1, n) * np.hanning(n)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(0)
    frequency = np.fft.rfftfreq(n, 1 / rate_hz)
    bands = [
        power[(frequency >= low) & (frequency < high)].sum()
        for low, high in itertools.pairwise(EDGES_HZ)
    ]
    return np.asarray(10 * np.log10(np.maximum(bands, 1e-12) / power.sum()))


def preview(slug: str, seconds: float, path: Path) -> None:
    """Render a piece, or its loudest stretch of some seconds, at -14 LUFS as WAV."""
    score = compose(next(brief for brief in BRIEFS if brief.slug == slug))
    sound = trimmed(mix(render(score)).sound)
    n = round(seconds * RATE_HZ)
    if 0 < n < len(sound):
        power = np.concatenate([[0.0], np.cumsum((sound.astype(np.float64) ** 2).sum(1))])
        starts = np.arange(0, len(sound) - n, RATE_HZ)
        best = starts[np.argmax(power[starts + n] - power[starts])]
        sound = sound[best : best + n]
    sound = sound / np.abs(sound).max() * 0.5
    gain_db = 0.0
    for _ in range(3):
        louder = sound * np.float32(10 ** (gain_db / 20))
        blocks = np.array_split(louder, max(1, len(sound) // RATE_HZ))
        limited = list(limit_peaks(blocks, RATE_HZ, FIRST_CEILING_DBTP))
        gain_db += TARGET_LUFS - measure_samples(limited).integrated_lufs
    soundfile.write(path, np.concatenate(limited), RATE_HZ, subtype="FLOAT")


def main() -> int:
    """Print the tags of each piece; the exit code is 2 when one is unknown or reserved."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pieces", nargs="+", metavar="PIECE")
    parser.add_argument("--seconds", type=float, default=40.0, help="0 for the whole piece")
    parser.add_argument("--write", type=Path, default=None, help="keep the WAV files here")
    parser.add_argument("--tags", type=int, default=9, help="how many tags to print")
    parser.add_argument("--against", nargs="+", type=Path, default=[], help="real music")
    arguments = parser.parse_args()
    known = {brief.slug for brief in BRIEFS}
    for slug in arguments.pieces:
        if slug not in known or not int(slug.rsplit("-", 1)[1]) % 2:
            print(f"{slug} is no piece, or is reserved for evaluation", file=sys.stderr)
            return 2
    tagger = MusicTagger.load(n_threads=1)
    target = None
    if arguments.against:
        target = np.mean([analyse(path, tagger).bands_db for path in arguments.against], axis=0)
    with tempfile.TemporaryDirectory() as scratch:
        for slug in arguments.pieces:
            folder = arguments.write or Path(scratch)
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{slug}.wav"
            preview(slug, arguments.seconds, path)
            found = analyse(path, tagger)
            strongest = np.argsort(found.tags)[::-1][: arguments.tags]
            print(
                f"{slug}  {found.bpm:.0f} BPM, {found.key}\n   "
                + "  ".join(f"{MSD_TAGS[tag]} {found.tags[tag]:.2f}" for tag in strongest)
                + "\n   "
                + " ".join(
                    f"{low:.0f}:{level:+.0f}"
                    for low, level in zip(
                        EDGES_HZ[:-1],
                        found.bands_db if target is None else found.bands_db - target,
                        strict=True,
                    )
                ),
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
