"""Write assets/library/library.sqlite from the bundled tracks and their scores.

The tracks are analysed and embedded like any others. The score's genre, moods, arousal,
instruments, tempo, key, beats and bars replace the measured ones, and the valence is that of its
moods. Run this after packaging/build_library.py, and again when the matching or the profile pack
changes:

    python packaging/index_library.py [--force] [--jobs 2]
"""

import argparse
import dataclasses
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.matching import MatchingPack
from engine.encoders.wants import WANTED_GENRES, WANTED_MOODS
from engine.errors import SoundbedError
from engine.files import replacing
from engine.library.database import Database
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.marks import Marks
from engine.library.migrations import BUNDLED_SCHEMA
from engine.library.scan import content_hash
from engine.library.track_analysis import analyse_file, profile_of, profile_pack_id
from engine.library.tracks import TrackFile
from engine.limits import analysing_track
from engine.media.tags import Tags
from engine.media.worker import WorkerPool
from engine.music.features import MusicFeatures
from engine.music.vector import VERSION
from engine.paths import bundled_library_dir

# The least z-score of a mood in the brief.
_INTENDED_MOOD = 2.0
# The greatest z-score of another mood: trained on recordings, the heads are biased on sampled
# instruments, and a mood that isn't in the brief should never lead.
_OTHER_MOOD = -0.25
# How pleasant each mood is, from -1 to 1. The measured valence isn't used, since the head takes
# any metal for unpleasant and any funk for pleasant.
_VALENCE_OF_MOOD = {
    "happy": 1.0,
    "playful": 0.8,
    "tender": 0.4,
    "calm": 0.3,
    "dreamy": 0.3,
    "energetic": 0.3,
    "epic": 0.1,
    "tense": -0.6,
    "sad": -0.7,
    "dark": -0.7,
}


def main() -> int:
    """Index what changed; exit code 2 when a track or a pack can't be used."""
    parser = argparse.ArgumentParser(description="Index the bundled library.")
    parser.add_argument("--force", action="store_true", help="analyse unchanged tracks again")
    parser.add_argument("--jobs", type=int, default=2, help="tracks analysed at once (default 2)")
    parser.add_argument("--folder", type=Path, default=bundled_library_dir())
    arguments = parser.parse_args()
    if arguments.jobs < 1:
        parser.error("--jobs must be at least 1")
    try:
        n_tracks, n_analysed = index_bundled(
            arguments.folder, force=arguments.force, n_jobs=arguments.jobs
        )
    except SoundbedError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{n_tracks} tracks, {n_analysed} of them analysed")
    return 0


def index_bundled(folder: Path, *, force: bool = False, n_jobs: int = 2) -> tuple[int, int]:
    """Write folder/library.sqlite from folder/scores.json and folder/tracks.

    Returns:
        The number of tracks, and how many were analysed.
    """
    entries = json.loads((folder / "scores.json").read_text("utf-8"))["tracks"]
    entries.sort(key=lambda entry: entry["file"])
    paths = [folder / "tracks" / entry["file"] for entry in entries]
    hashes = {path: _hash(path) for path in paths}
    pack = MatchingPack.load()
    with tempfile.TemporaryDirectory() as scratch:
        known = {} if force else _load_known(folder, Path(scratch) / "before.sqlite")
        new = [path for path in paths if hashes[path] not in known]
        for n_done, (path, features) in enumerate(_analyse(new, n_jobs), 1):
            known[hashes[path]] = features
            print(f"analysed {path.name} ({n_done} of {len(new)})", file=sys.stderr)
        scratch_file = Path(scratch) / "library.sqlite"
        library = Library(Database(scratch_file, schema=BUNDLED_SCHEMA), "bundled")
        for entry, path in zip(entries, paths, strict=True):
            features = known[hashes[path]]
            row = _row(entry, path, folder, hashes[path], features)
            track_id = library.files.store(None, row)
            vector = pack.embed_music(features, row.profile).vector
            library.embeddings.store(pack.space, [(track_id, vector)])
        _make_immutable(library.database.path)
        with replacing(folder / "library.sqlite") as beside:
            beside.write_bytes(library.database.path.read_bytes())
    return len(entries), len(new)


def _hash(path: Path) -> str:
    try:
        return content_hash(path)
    except OSError as error:
        raise SoundbedError(
            f"the track can't be read ({error.strerror})",
            path=path,
            remedy="Make it with packaging/build_library.py.",
        ) from error


def _analyse(paths: list[Path], n_jobs: int) -> Iterator[tuple[Path, MusicFeatures]]:
    if not paths:
        return
    limits = analysing_track(max(path.stat().st_size for path in paths))
    with WorkerPool(min(n_jobs, len(paths))) as pool:
        tasks = [(path, (path,)) for path in paths]
        for path, analysed in pool.map_unordered(analyse_file, tasks, limits):
            if isinstance(analysed, SoundbedError):
                raise analysed
            yield path, MusicFeatures.from_bytes(analysed.features)


def _row(
    entry: dict[str, Any],
    path: Path,
    folder: Path,
    digest: str,
    features: MusicFeatures,
) -> AnalysedFile:
    known = scored(features, entry)
    unknown = {entry["genre"], *entry["moods"]} - {*WANTED_GENRES, *WANTED_MOODS}
    if unknown:
        raise SoundbedError(
            f"there is no axis for {', '.join(sorted(unknown))}",
            path=path,
            remedy="Change its brief, or engine/encoders/wants.py.",
        )
    profile = profile_of(known)
    profile = dataclasses.replace(
        profile,
        genre=entry["genre"],
        genre_probabilities=tuple(float(genre == entry["genre"]) for genre in WANTED_GENRES),
        moods={
            mood: max(value, _INTENDED_MOOD) if mood in entry["moods"] else min(value, _OTHER_MOOD)
            for mood, value in profile.moods.items()
        },
        valence=round(float(np.mean([_VALENCE_OF_MOOD[mood] for mood in entry["moods"]])), 5),
        arousal=round(2.0 * entry["arousal"] - 1.0, 5),
        instruments=tuple(entry["instruments"]),
    )
    return AnalysedFile(
        file=TrackFile(
            path=path.relative_to(folder),
            size_bytes=path.stat().st_size,
            # Not the time of the checkout, so that the same tracks give the same database.
            modified_ns=0,
            content_hash=digest,
            duration_s=known.duration_s,
            features_version=known.version,
        ),
        tags=Tags(title=entry["title"], artist=entry["artist"], licence=entry["licence"]),
        profile=profile,
        features=known.to_bytes(),
        profile_pack=profile_pack_id(),
        marks=_marks(entry, path, known.duration_s),
    )


def _marks(entry: dict[str, Any], path: Path, duration_s: float) -> Marks:
    try:
        return Marks.from_values(entry, duration_s)
    except SoundbedError as error:
        raise SoundbedError(
            error.problem, path=path, remedy="Make it again with build_library.py --force."
        ) from error


def scored(features: MusicFeatures, entry: dict[str, Any]) -> MusicFeatures:
    """Return the features with the exact values of the score in place of the measured ones."""
    return dataclasses.replace(
        features,
        bpm=float(entry["bpm"]),
        bpm_confidence=1.0,
        beats_s=np.asarray(entry["beats_s"], np.float32),
        downbeats_s=np.asarray(entry["bars_s"], np.float32),
        beats_per_bar=int(entry["beats_per_bar"]),
        key=entry["key"],
        mode=entry["mode"],
        key_confidence=1.0,
        # A sampled choir may sound like vocals, but nobody sings words.
        vocals=0.0 if entry["is_instrumental"] else features.vocals,
    )


def _load_known(folder: Path, scratch: Path) -> dict[str, MusicFeatures]:
    """Return the stored features by content hash, with their measured vectors."""
    if not (folder / "library.sqlite").exists():
        return {}
    # Open a copy, which can be migrated to the current schema.
    shutil.copyfile(folder / "library.sqlite", scratch)
    library = Library(Database(scratch), "bundled")
    found = {}
    for track in library.tracks.all():
        features = library.tracks.features(track.file.id)
        if features.version == VERSION:
            found[track.file.content_hash] = features
    return found


def _make_immutable(path: Path) -> None:
    # A database opened as immutable ignores the write-ahead log: merge it into the file.
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


if __name__ == "__main__":
    sys.exit(main())
