"""Prepare the pairs on which the bundled matching pack's learned axes are trained.

    python packaging/prepare_training.py [--data FOLDER] [--out FOLDER] [--cache FOLDER]

`build_matching.py` reads them itself; as files they serve `soundbed train` and `benchmark`.

PGC, for the teacher: music videos, the professional clips of micro_clips, pairs of music videos of
the same emotion, and photographs of OASIS with music of Emotify of the nearest valence and arousal.
UGC, for the student: the other clips of micro_clips, with their sources as uploaders. micro_clips_2
counts as more of micro_clips: its sources below 100 are the same.
"""

import argparse
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_fingerprints import clip_fingerprint
from engine.encoders.profile import ProfilePack
from engine.encoders.visual import VisualEncoder
from engine.library.scan import content_hash
from engine.progress import Progress, silent
from engine.training.data.edits import Edit
from engine.training.data.extras import Extras
from engine.training.data.features_cache import FeatureOptions, default_cache, music_features
from engine.training.data.pairs import DYNAMICS, PairSet, join, save_pairs
from engine.training.data.readers import describe_edits, genre_indexes
from engine.video.clip_features import describe_image
from heads.data import emotion_shares
from heads.mood import valence_arousal
from wants.pictures import read_image
from wants.tables import read_rows

ROOT = Path(__file__).resolve().parents[1]

# How often pairs are drawn, relative to the real ones, chosen by cross-validation over sources with
# three seeds. Photographs and music are matched by averages and count a quarter; pairs of the same
# emotion count more, because there are few clips with their own sound.
STILLS_WEIGHT = 0.25
SAME_EMOTION_WEIGHT = 3.0
N_NEAREST = 10
PROFESSIONAL = "professional"


def music_videos(folder: Path, cache: Path, progress: Progress) -> PairSet:
    """Return the music videos, each paired with its own sound and with that of its emotion."""
    rows = read_rows(folder / "clips.csv")
    edits = [
        Edit(folder / row["file"], None, PROFESSIONAL, f"music video {row['source']}")
        for row in rows
    ]
    reading = describe_edits(edits, folder, FeatureOptions(cache), progress)
    if reading.skipped:
        raise SystemExit(f"these can't be used: {reading.skipped}")
    origin = f"{len(rows)} clips of music videos (Supervised Music-Video Emotion set)"
    return with_same_label(replace(reading.pairs, origin=origin), [row["emotion"] for row in rows])


def with_same_label(pairs: PairSet, labels: list[str]) -> PairSet:
    """Add pairs of videos with other tracks of the same label."""
    of_track = {int(track): labels[video] for video, track in pairs.pairs}
    existing = set(map(tuple, pairs.pairs.tolist()))
    added = [
        (video, track)
        for video, label in enumerate(labels)
        for track, other in of_track.items()
        if label == other and (video, track) not in existing
    ]
    weight = SAME_EMOTION_WEIGHT * pairs.n_pairs / len(added)
    return with_pairs(pairs, added, weight)


def with_pairs(pairs: PairSet, added: list[tuple[int, int]], weight: float) -> PairSet:
    """Add pairs of existing videos and tracks, each with the given weight."""
    return replace(
        pairs,
        pairs=np.concatenate([pairs.pairs, np.array(added, dtype=np.int64)]),
        weights=np.concatenate([pairs.weights, np.full(len(added), weight, dtype=np.float32)]),
        uploaders=np.concatenate([pairs.uploaders, np.full(len(added), PROFESSIONAL)]),
        # Of music that wasn't made for the clip, no rhythm was measured, and nobody chose it.
        extras=replace(pairs.extras, rhythms=None, taken=None),
    )


def micro_clips(
    folders: Sequence[Path], cache: Path, progress: Progress
) -> tuple[PairSet, PairSet]:
    """Return the professional clips and those of uploaders."""
    rows = [(folder, row) for folder in folders for row in read_rows(folder / "clips.csv")]
    sets = []
    for professional in (True, False):
        chosen = [
            (folder, row)
            for folder, row in rows
            if (row["music_chosen_by"] == PROFESSIONAL) == professional
        ]
        edits = [
            Edit(folder / row["file"], None, row["source"], f"micro clips {row['source']}")
            for folder, row in chosen
        ]
        reading = describe_edits(edits, folders[0], FeatureOptions(cache), progress)
        if reading.skipped:
            raise SystemExit(f"these can't be used: {reading.skipped}")
        kind = "adverts, trailers and reels" if professional else "micro-videos"
        origin = f"{len(edits)} real {kind} (micro_clips, micro_clips_2)"
        sets.append(replace(reading.pairs, origin=origin))
    return sets[0], sets[1]


def stills_with_music(oasis: Path, emotify: Path, like: PairSet, cache: Path) -> PairSet:
    """Return OASIS's photographs, paired with the pieces nearest in valence and arousal."""
    images, pieces = read_rows(oasis / "norms.csv"), read_rows(emotify / "ratings.csv")
    encoder = VisualEncoder.load()
    videos = np.stack(
        [describe_image(read_image(oasis / one["file"]), encoder).vector for one in images]
    )
    tracks = [music_features(emotify / one["file"], cache) for one in pieces]
    of_images = standardised(
        np.array([[float(one["valence_mean"]), float(one["arousal_mean"])] for one in images])
    )
    of_pieces = standardised(valence_arousal(emotion_shares(pieces)))
    distances = np.square(of_images[:, None] - of_pieces[None]).sum(axis=2)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :N_NEAREST]
    profile = ProfilePack.load()
    n_pairs = nearest.size
    stills = replace(
        like,
        video_vectors=videos,
        music_vectors=np.stack([track.vector for track in tracks]),
        pairs=np.stack([np.repeat(np.arange(len(images)), N_NEAREST), nearest.ravel()], axis=1),
        weights=np.full(n_pairs, 1.0 / n_pairs, dtype=np.float32),
        uploaders=np.full(n_pairs, PROFESSIONAL),
        genres=genre_indexes(tracks, profile),
        # Photographs of one theme (acorns 1, acorns 2, …) are similar.
        sources=np.array([f"oasis {one['theme'].rstrip(' 0123456789')}" for one in images]),
        origin=(
            f"{len(images)} photographs (OASIS, Kurdi et al. 2017) matched by valence and arousal "
            f"with {len(pieces)} pieces (Emotify, Aljanaki et al. 2016)"
        ),
        extras=Extras(
            clip_ids=np.array(
                [clip_fingerprint(content_hash(oasis / one["file"])) for one in images], np.str_
            )
        ),
    )
    # The app ranks for a still by what is shown alone: nothing moves.
    return stills.without_expert(DYNAMICS)


def standardised(columns: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the columns (n, 2) with mean 0 and standard deviation 1."""
    return np.asarray((columns - columns.mean(axis=0)) / columns.std(axis=0))


def read_sets(data: Path, cache: Path) -> tuple[PairSet, PairSet]:
    """Return professionals' and uploaders' pairs of the data's folder."""
    progress = silent()
    videos = music_videos(data / "music_videos", cache, progress)
    professional, ugc = micro_clips((data / "micro_clips", data / "micro_clips_2"), cache, progress)
    stills = stills_with_music(data / "oasis", data / "emotify", videos, cache)
    n_real = float(len(set(videos.pairs[:, 0].tolist())) + professional.n_pairs)
    stills = replace(stills, weights=stills.weights * np.float32(STILLS_WEIGHT * n_real))
    return join(join(videos, professional), stills), ugc


def without_sources(pairs: PairSet, held_out: Collection[str]) -> PairSet:
    """Return the pairs whose video and track have no source in `held_out`.

    A track's source is that of its original clip.
    """
    source_of = {int(track): str(pairs.sources[video]) for video, track in pairs.pairs[::-1]}
    track_held_out = np.array([source_of.get(n, "") in held_out for n in range(pairs.n_tracks)])
    kept = ~track_held_out[pairs.pairs[:, 1]]
    partial = replace(
        pairs,
        pairs=pairs.pairs[kept],
        weights=pairs.weights[kept],
        uploaders=pairs.uploaders[kept],
        extras=pairs.extras.chosen(np.arange(pairs.n_videos), None, np.flatnonzero(kept)),
    )
    return partial.of_videos(np.array([source not in held_out for source in pairs.sources]))


def main() -> None:
    """Write pgc.npz and ugc.npz."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--out", type=Path, default=ROOT / "build/training")
    parser.add_argument("--cache", type=Path, default=default_cache())
    arguments = parser.parse_args()
    pgc, ugc = read_sets(arguments.data, arguments.cache)
    for name, pairs in (("pgc", pgc), ("ugc", ugc)):
        save_pairs(pairs, arguments.out / f"{name}.npz")
        print(f"{arguments.out / name}.npz: {pairs.n_pairs} pairs, {pairs.n_videos} videos")


if __name__ == "__main__":
    main()
