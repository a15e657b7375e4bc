"""Tempo, beats, bars and key compared with the bundled scores; tempo with librosa's; speed.

    python tests/benchmarks/bench_tempo.py [--emotify FOLDER] [--n-tracks 60] [--scores FILE]

librosa's tempo has a coarse resolution, so the tempo of its tracked beats is used.
"""

import argparse
import json
import statistics
import time
import warnings
from collections import defaultdict
from pathlib import Path

import librosa
import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MusicTagger
from engine.media.waveform import read_waveform
from engine.music.features import MusicFeatures, describe_music
from engine.music.key import PITCH_CLASSES
from engine.paths import bundled_library_dir
from engine.progress import silent

EMOTIFY = Path(__file__).resolve().parents[3] / "shared" / "data" / "emotify"
TOLERANCE = 0.02
BEAT_TOLERANCE_S = 0.07
_REFERENCE_RATE_HZ = 22_050


def same_tempo(bpm: float, reference: float, factors: tuple[float, ...] = (1, 2, 0.5)) -> bool:
    """Return whether a tempo is within 2 % of the reference times one of the factors."""
    return any(abs(bpm / (reference * factor) - 1) <= TOLERANCE for factor in factors)


def f_measure(found: npt.NDArray[np.float32], true: npt.NDArray[np.float64]) -> float:
    """Return the F-measure of event times within 70 ms."""
    if len(found) == 0 or len(true) == 0:
        return 0.0
    apart = np.abs(found[:, None] - true)
    hits = min(np.sum(apart.min(axis=1) <= BEAT_TOLERANCE_S), np.sum(apart.min(axis=0) <= 0.07))
    return float(2 * hits / (len(found) + len(true)))


def right_key(features: MusicFeatures, key: str, mode: str) -> tuple[bool, bool]:
    """Return whether the key is right, and whether it is right or the relative key."""
    if (features.key, features.mode) == (key, mode):
        return True, True
    step = -3 if mode == "major" else 3
    relative = PITCH_CLASSES[(PITCH_CLASSES.index(key) + step) % 12]
    return False, features.key == relative and features.mode != mode


def against_scores(scores: Path, tagger: MusicTagger) -> None:
    """Compare the features of the bundled tracks with their scores."""
    measures: dict[str, list[float]] = defaultdict(list)
    for entry in json.loads(scores.read_text(encoding="utf-8"))["tracks"]:
        path = scores.parent / "tracks" / entry["file"]
        if not path.is_file():
            continue
        features = describe_music(path, tagger, silent())
        exact = same_tempo(features.bpm, entry["bpm"], (1,))
        octave = same_tempo(features.bpm, entry["bpm"])
        right, related = right_key(features, entry["key"], entry["mode"])
        beats = f_measure(features.beats_s, np.array(entry["beats_s"]))
        bars = f_measure(features.downbeats_s, np.array(entry["bars_s"]))
        metre = features.beats_per_bar == int(entry["time_signature"].split("/")[0])
        for name, value in (
            ("tempo within 2 %", exact),
            ("tempo within 2 %, or half/double", octave),
            ("key", right),
            ("key, or the relative one", related),
            ("beats per bar", metre),
            ("beats, F-measure at 70 ms", beats),
            ("downbeats, F-measure at 70 ms", bars),
            ("vocals in music without vocals", features.vocals),
        ):
            measures[name].append(float(value))
        print(
            f"{entry['file']:22} {entry['time_signature']:4} bpm {entry['bpm']:6.1f} found "
            f"{features.bpm:6.1f} ({features.bpm_confidence:.2f})  key {entry['key']:2} "
            f"{entry['mode']} found {features.key:2} {features.mode} "
            f"({features.key_confidence:.2f})  beats {beats:.2f} bars {bars:.2f} "
            f"/{features.beats_per_bar} vocals {features.vocals:.2f}"
        )
    for name, values in measures.items():
        print(f"{name:36} {statistics.fmean(values):.3f}  of {len(values)}")


def against_librosa(folder: Path, n_tracks: int, tagger: MusicTagger) -> None:
    """Compare tempi of real tracks with librosa's, and measure the speed of the whole analysis."""
    paths = sorted(folder.glob("*.opus"))
    agreed: dict[str, list[bool]] = defaultdict(list)
    speeds = []
    for path in paths[:: max(1, len(paths) // n_tracks)][:n_tracks]:
        start_s = time.process_time()
        features = describe_music(path, tagger, silent())
        speeds.append(features.duration_s / (time.process_time() - start_s))
        reference = librosa_tempo(path)
        agrees = reference > 0 and same_tempo(features.bpm, reference)
        for group in (path.stem.split("_")[0], "all"):
            agreed[group].append(agrees)
    for group, values in agreed.items():
        print(f"librosa, within 2 % or half/double: {group:12} {statistics.fmean(values):.3f}")
    print(f"describe_music: median {statistics.median(speeds):.0f} x real time per core")


def librosa_tempo(path: Path) -> float:
    """Return beats per minute from the intervals of librosa's beats, without outliers."""
    samples = read_waveform(path, _REFERENCE_RATE_HZ, 1)[:, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, beats_s = librosa.beat.beat_track(y=samples, sr=_REFERENCE_RATE_HZ, units="time")
    if len(beats_s) < 5:
        return 0.0
    intervals = np.diff(beats_s)
    regular = intervals[np.abs(intervals / np.median(intervals) - 1) < 0.2]
    return float(60 / regular.mean())


def main() -> None:
    """Print both comparisons; each is skipped where its data are missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emotify", type=Path, default=EMOTIFY)
    parser.add_argument("--n-tracks", type=int, default=60)
    parser.add_argument("--scores", type=Path, default=bundled_library_dir() / "scores.json")
    arguments = parser.parse_args()
    # One core, so that the speed is per core.
    tagger = MusicTagger.load(n_threads=1)
    if arguments.scores.is_file():
        against_scores(arguments.scores, tagger)
    if arguments.emotify.is_dir() and arguments.n_tracks:
        against_librosa(arguments.emotify, arguments.n_tracks, tagger)


if __name__ == "__main__":
    main()
