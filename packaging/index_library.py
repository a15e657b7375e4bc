"""Write assets/library/library.sqlite from the bundled tracks and what their scores say.

The app's own stages listen and embed; genre, moods, tempo, key, beats and bars of the score
replace the measured ones in what is shown, filtered and cut to (never in what is embedded, so
that a bundled track is matched as any other). Taste, a distribution over the packs' genres, takes
the nearest of those where the score's genre is another. Run it after packaging/build_library.py,
and again when the matching pack changes:

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

from engine.encoders.student import StudentPack
from engine.errors import SoundbedError
from engine.files import replacing
from engine.library.analysis import analyse_file, profile_of, profile_pack_id
from engine.library.database import Database
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.marks import Marks
from engine.library.scan import content_hash
from engine.library.tracks import TrackFile
from engine.limits import analysing_track
from engine.media.tags import Tags
from engine.media.worker import WorkerPool
from engine.music.features import MusicFeatures
from engine.music.vector import VERSION
from engine.paths import bundled_library_dir

# What a composer asked for is heard at least so strongly, in deviations from the average.
_INTENDED_MOOD = 1.5
# The heads learnt from recordings and lean to one side on sampled instruments: a mood that nobody
# asked for never leads.
_OTHER_MOOD = 0.2


def main() -> int:
    """Index what changed; exit code 2 when a track or a pack can't be used."""
    parser = argparse.ArgumentParser(description="Index the bundled library.")
    parser.add_argument("--force", action="store_true", help="listen to unchanged tracks again")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (default 2)")
    parser.add_argument("--folder", type=Path, default=bundled_library_dir())
    arguments = parser.parse_args()
    if arguments.jobs < 1:
        parser.error("--jobs must be at least 1")
    try:
        n_tracks, n_heard = index_bundled(
            arguments.folder, force=arguments.force, n_jobs=arguments.jobs
        )
    except SoundbedError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{n_tracks} tracks, {n_heard} of them listened to")
    return 0


def index_bundled(folder: Path, *, force: bool = False, n_jobs: int = 2) -> tuple[int, int]:
    """Write folder/library.sqlite from folder/scores.json and folder/tracks.

    Returns:
        How many tracks there are, and how many had to be listened to.
    """
    entries = json.loads((folder / "scores.json").read_text("utf-8"))["tracks"]
    entries.sort(key=lambda entry: entry["file"])
    paths = [folder / "tracks" / entry["file"] for entry in entries]
    hashes = {path: _hash(path) for path in paths}
    pack = StudentPack.load()
    with tempfile.TemporaryDirectory() as scratch:
        heard = {} if force else _heard_before(folder, Path(scratch) / "before.sqlite")
        unheard = [path for path in paths if hashes[path] not in heard]
        for n_done, (path, features) in enumerate(_listen(unheard, n_jobs), 1):
            heard[hashes[path]] = features
            print(f"listened to {path.name} ({n_done} of {len(unheard)})", file=sys.stderr)
        library = Library.open(Path(scratch) / "library.sqlite")
        for entry, path in zip(entries, paths, strict=True):
            features = heard[hashes[path]]
            track_id = library.store_analysed(
                None, _row(entry, path, folder, hashes[path], features, pack.genres)
            )
            vector = pack.embed_music(features).vector
            library.store_embeddings(pack.space, [(track_id, vector)])
        _close_for_good(library.path)
        with replacing(folder / "library.sqlite") as beside:
            beside.write_bytes(library.path.read_bytes())
    return len(entries), len(unheard)


def _hash(path: Path) -> str:
    try:
        return content_hash(path)
    except OSError as error:
        raise SoundbedError(
            f"the track can't be read ({error.strerror})",
            path=path,
            remedy="Make it with packaging/build_library.py.",
        ) from error


def _listen(paths: list[Path], n_jobs: int) -> Iterator[tuple[Path, MusicFeatures]]:
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
    genres: tuple[str, ...],
) -> AnalysedFile:
    known = scored(features, entry)
    profile = profile_of(known)
    moods = {
        mood: (max(value, _INTENDED_MOOD) if mood in entry["moods"] else min(value, _OTHER_MOOD))
        for mood, value in profile.moods.items()
    }
    taste_genre = entry.get("taste_genre", entry["genre"])
    unknown = (set(entry["moods"]) - set(moods)) | ({taste_genre} - set(genres))
    if unknown:
        raise SoundbedError(
            f"the packs don't know {', '.join(sorted(unknown))}",
            path=path,
            remedy="Change its brief, or its nearest genre in packaging/composer/catalogue.py.",
        )
    profile = dataclasses.replace(
        profile,
        genre=entry["genre"],
        genre_probabilities=tuple(float(genre == taste_genre) for genre in genres),
        moods=moods,
    )
    return AnalysedFile(
        file=TrackFile(
            path=path.relative_to(folder),
            size_bytes=path.stat().st_size,
            # The time of a checkout means nothing, and the same tracks give the same database.
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
    """Return the features with what the score knows better than any measurement."""
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
        # A sampled choir may sound like voices, but nobody sings words.
        vocals=0.0 if entry["is_instrumental"] else features.vocals,
    )


def _heard_before(folder: Path, scratch: Path) -> dict[str, MusicFeatures]:
    """Return the stored features by content hash; their vectors are as they were measured."""
    if not (folder / "library.sqlite").exists():
        return {}
    # A copy can be brought up to today's schema.
    shutil.copyfile(folder / "library.sqlite", scratch)
    library = Library(Database(scratch), "bundled")
    found = {}
    for track in library.tracks():
        features = library.features(track.file.id)
        if features.version == VERSION:
            found[track.file.content_hash] = features
    return found


def _close_for_good(path: Path) -> None:
    # Immutable opening reads no write-ahead log: everything must be in the one file.
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


if __name__ == "__main__":
    sys.exit(main())
