"""Where annotators' wants put the music that a clip's maker chose: a measure of the profile heads.

    PYTHONPATH=. python -m tests.benchmarks.own_music_by_wants [--data FOLDER] [--cache FOLDER]
                                                               [--profile FOLDER]

For each clip, all sounds of its set are ranked by Σ wants · `track_axes`; printed is the mean place
of the clip's own sound (0 first, .5 chance), by genres, moods, valence and arousal alone and by
all of them (valence with half the weight), and by all less each sound's mean over the clips. The
wants were written by a language model from the frames, without the sound. The profile's moods have
seen the emotions of the music videos: with folds by source, their figures are .005 to .015 higher.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.profile import ProfilePack
from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES, N_AXES, WANTED_GENRES, WANTED_MOODS
from engine.training.data.features_cache import default_cache, music_features

ROOT = Path(__file__).resolve().parents[2]
SETS = ("micro_clips", "micro_clips_2", "music_videos")
N_GENRES, N_NAMED = len(WANTED_GENRES), len(WANTED_GENRES) + len(WANTED_MOODS)
PARTS = {
    "genres": slice(0, N_GENRES),
    "moods": slice(N_GENRES, N_NAMED),
    "valence": slice(N_NAMED, N_NAMED + 1),
    "arousal": slice(N_NAMED + 1, N_AXES),
}
WEIGHTS = np.array([1.0] * N_NAMED + [0.5, 1.0])

Floats = npt.NDArray[np.float64]


def wants_of(row: dict[str, str]) -> Floats:
    """Return (26,) of a row of wants.csv: weights of what is wanted, -1 for what is avoided."""
    wants = np.zeros(N_AXES)
    for kind in ("genres", "moods"):
        for part in filter(None, row[kind].split(";")):
            name, weight = part.split(":")
            wants[AXES.index(name)] = float(weight)
        for name in filter(None, row[f"avoid_{kind}"].split(";")):
            wants[AXES.index(name)] = -1.0
    wants[-2:] = float(row["valence"]), float(row["arousal"])
    return wants


def mean_place(scores: Floats) -> float:
    """Return the mean place of the diagonal in its row, from 0 (first) to 1 (last)."""
    own = np.diag(scores)[:, None]
    above = (scores > own).sum(axis=1) + 0.5 * ((scores == own).sum(axis=1) - 1)
    return float(above.mean() / (len(scores) - 1))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--profile", type=Path, help="profile pack; default the bundled one")
    arguments = parser.parse_args()
    pack = ProfilePack.load(arguments.profile)
    with (arguments.data / "wants/wants.csv").open(encoding="utf-8", newline="") as file:
        wants = {row["file"]: wants_of(row) for row in csv.DictReader(file)}
    for name in SETS:
        clips = sorted((arguments.data / name).glob("*.mp4"))
        asked = np.stack([wants[clip.name] for clip in clips])
        axes = np.stack(
            [track_axes(pack.profile(music_features(clip, arguments.cache))) for clip in clips]
        ).astype(np.float64)
        places = {part: mean_place(asked[:, at] @ axes[:, at].T) for part, at in PARTS.items()}
        scores = asked * WEIGHTS @ axes.T
        places["all"] = mean_place(scores)
        places["all, centred"] = mean_place(scores - scores.mean(axis=0))
        print(f"{name}: " + ", ".join(f"{part} {place:.3f}" for part, place in places.items()))


if __name__ == "__main__":
    main()
