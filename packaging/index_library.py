"""Write assets/library/library.sqlite from the bundled tracks and what their scores say.

The app's own stages listen and embed; genre, moods, tempo, key, beats and bars of the score
replace the measured ones in what is shown, filtered and cut to (never in what is embedded, so
that a bundled track is matched as any other). Run it after packaging/build_library.py, and again
when the matching pack changes:

    python packaging/index_library.py [--force]
"""

import argparse
import dataclasses
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))

from engine.encoders.student import StudentPack  # noqa: E402
from engine.errors import SoundbedError  # noqa: E402
from engine.files import replacing  # noqa: E402
from engine.library.analysis import analyse_file, profile_of, profile_pack_id  # noqa: E402
from engine.library.files import AnalysedFile  # noqa: E402
from engine.library.library import Library  # noqa: E402
from engine.library.scan import content_hash  # noqa: E402
from engine.music.features import MusicFeatures  # noqa: E402
from engine.music.vector import VERSION  # noqa: E402
from engine.paths import bundled_library_dir  # noqa: E402

# What a composer asked for is heard at least so strongly, in deviations from the average.
_INTENDED_MOOD = 1.5
# The heads learnt from recordings and lean to one side on sampled instruments: a mood that nobody
# asked for never leads.
_OTHER_MOOD = 0.2


def main() -> int:
    """Index what changed; exit code 2 when a track or a pack can't be used."""
    parser = argparse.ArgumentParser(description="Index the bundled library.")
    parser.add_argument("--force", action="store_true", help="listen to unchanged tracks again")
    parser.add_argument("--folder", type=Path, default=bundled_library_dir())
    arguments = parser.parse_args()
    try:
        n_tracks, n_heard = index_bundled(arguments.folder, force=arguments.force)
    except SoundbedError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{n_tracks} tracks, {n_heard} of them listened to")
    return 0


def index_bundled(folder: Path, *, force: bool = False) -> tuple[int, int]:
    """Write folder/library.sqlite from folder/scores.json and folder/tracks.

    Returns:
        How many tracks there are, and how many had to be listened to.
    """
    entries = json.loads((folder / "scores.json").read_text("utf-8"))["tracks"]
    entries.sort(key=lambda entry: entry["file"])
    pack = StudentPack.load()
    heard_before = {} if force else _heard_before(folder)
    n_heard = 0
    with tempfile.TemporaryDirectory() as scratch:
        library = Library.open(Path(scratch) / "library.sqlite")
        for entry in entries:
            path = folder / "tracks" / entry["file"]
            digest = content_hash(path)
            if digest not in heard_before:
                print(f"listening to {path.name}", file=sys.stderr, flush=True)
                heard_before[digest] = MusicFeatures.from_bytes(analyse_file(path).features)
                n_heard += 1
            features = heard_before[digest]
            track_id = library.store_analysed(
                None, _row(entry, path, folder, digest, features, pack.genres)
            )
            vector = pack.embed_music(features).vector
            library.store_embeddings(pack.space, [(track_id, vector)])
        _close_for_good(library.path)
        with replacing(folder / "library.sqlite") as beside:
            beside.write_bytes(library.path.read_bytes())
    return len(entries), n_heard


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
    unknown = set(entry["moods"]) - set(moods)
    if entry["genre"] not in genres or unknown:
        raise SoundbedError(f"{entry['genre']} or {unknown} isn't known to the packs", path=path)
    profile = dataclasses.replace(
        profile,
        genre=entry["genre"],
        genre_probabilities=tuple(float(genre == entry["genre"]) for genre in genres),
        moods=moods,
    )
    return AnalysedFile(
        path=path.relative_to(folder),
        size_bytes=path.stat().st_size,
        # The time of a checkout means nothing, and the same tracks give the same database.
        modified_ns=0,
        content_hash=digest,
        title=entry["title"],
        artist=entry["artist"],
        album=None,
        licence=entry["licence"],
        url=None,
        duration_s=known.duration_s,
        features_version=known.version,
        features=known.to_bytes(),
        profile_pack=profile_pack_id(),
        profile=profile.to_json(),
    )


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


def _heard_before(folder: Path) -> dict[str, MusicFeatures]:
    """Return the stored features by content hash; their vectors are as they were measured."""
    if not (folder / "library.sqlite").exists():
        return {}
    library = Library.open_bundled(folder)
    found = {}
    for track in library.tracks():
        features = library.features(track.id)
        if features.version == VERSION:
            found[track.content_hash] = features
    return found


def _close_for_good(path: Path) -> None:
    # Immutable opening reads no write-ahead log: everything must be in the one file.
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


if __name__ == "__main__":
    sys.exit(main())
