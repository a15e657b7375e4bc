"""Lets a folder of 100,000 tracks vanish in the middle of scans: no row lost, none analysed again.

    python -m tests.robustness.unplugged --state DIR [--n 20] [--tracks 100000] [--hours 2]

The folder, one folder inside it, or all that is in it (as where a drive was mounted) goes at a
random moment of a rescan, and comes back for the next one. It resumes from DIR/unplugged.jsonl.
"""

import hashlib
import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from engine.encoders.active import matching_pack
from engine.library.database import Database
from engine.library.library import Library
from engine.library.scan import content_hash
from engine.library.track_analysis import profile_pack_id
from engine.music.vector import VERSION
from tests.music_packs.samples import PROFILE
from tests.robustness.checks import Record, Series, print_problems, series_of, series_parser
from tests.robustness.commands import Commands

_PER_FOLDER = 500
_WAYS = ("folder", "inner folder", "contents")


class Drive:
    """A folder of many small files that are in a library, and can be taken away.

    Args:
        state: where all of it is; made when it is missing.
        n_tracks: how many files.
    """

    def __init__(self, state: Path, n_tracks: int) -> None:
        self.root = state / "music"
        self.home = state / "home"
        self.library = self.home / "data" / "library.sqlite"
        self._away = state / "away"
        if not (state / "made").exists():
            self._make(n_tracks)
            (state / "made").touch()
        self.put_back("folder")
        self.put_back("contents")

    def take(self, way: str) -> None:
        """Let it vanish."""
        place = self._place(way)
        place.rename(self._away)
        if way == "contents":
            place.mkdir()

    def put_back(self, way: str) -> None:
        """Let it come back, if it is away."""
        if self._away.exists():
            place = self._place(way)
            if way == "contents" and place.exists():
                place.rmdir()
            if not place.exists():
                self._away.rename(place)

    def rows(self) -> tuple[int, str, dict[str, int]]:
        """Return the number of rows, the digest of all that was analysed, and the states."""
        digest, states = hashlib.sha256(), dict[str, int]()
        n_rows = 0
        with closing(sqlite3.connect(self.library)) as connection:
            for *kept, state in connection.execute(
                "SELECT id, path, content_hash, features_version, features, profile, duration_s, "
                "(SELECT count(*) FROM embeddings WHERE track_id = id), state FROM tracks "
                "ORDER BY id"
            ):
                n_rows += 1
                digest.update(repr(kept).encode())
                states[state] = states.get(state, 0) + 1
        return n_rows, digest.hexdigest(), states

    def _place(self, way: str) -> Path:
        return self.root / "00003" if way == "inner folder" else self.root

    def _make(self, n_tracks: int) -> None:
        library = Library(Database(self.library), "own")
        folder = library.folders.add(self.root)
        space = matching_pack().space
        tracks, vectors = [], []
        for number in range(n_tracks):
            path = self.root / f"{number // _PER_FOLDER:05}" / f"{number:06}.mp3"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"track %d" % number)
            status, raw = path.stat(), os.fsencode(path)
            tracks.append(
                (number + 1, folder.id, raw, str(path), content_hash(path), status.st_size,
                 status.st_mtime_ns, "ready", f"Track {number}", 60.0, VERSION, b"features",
                 profile_pack_id(), PROFILE.to_json())
            )  # fmt: skip
            vectors.append((number + 1, space, b"\0" * 512))
        with library.database.writing() as connection:
            connection.executemany(
                "INSERT INTO tracks (id, folder_id, path, path_text, content_hash, size_bytes, "
                "modified_ns, state, title, duration_s, features_version, features, profile_pack, "
                f"profile) VALUES ({', '.join('?' * 14)})",
                tracks,
            )
            connection.executemany("INSERT INTO embeddings VALUES (?, ?, ?)", vectors)
            # Each has been read for its genre tag, and has none.
            library.genre_tags.set((str(track[4]), "") for track in tracks)


def run(series: Series, n_tracks: int) -> list[Record]:
    """Take the drive away again and again; return a record for each time."""
    commands = Commands(series.state / "streams")
    try:
        drive = Drive(series.state, n_tracks)
        # The first one may have something to do.
        commands.run(["library", "rescan"], drive.home)
        settled = commands.run(["library", "rescan"], drive.home)
        before = drive.rows()[:2]

        def act(number: int) -> Record:
            # Rather early, while the folders are read.
            moment_s = settled.wall_s * series.chance(number).random() ** 2
            return _take_away(drive, commands, _WAYS[number % len(_WAYS)], moment_s, before)

        return series.resume(act)
    finally:
        commands.close()


def _take_away(
    drive: Drive, commands: Commands, way: str, moment_s: float, before: tuple[int, str]
) -> Record:
    n_before = before[0]
    running = commands.start(["library", "rescan"], drive.home)
    time.sleep(moment_s)
    drive.take(way)
    ended = running.wait()
    without = drive.rows()
    drive.put_back(way)
    back = commands.run(["library", "rescan"], drive.home)
    problems = [ended.err] if ended.code or "Traceback" in ended.err else []
    problems += [back.err] if back.code or "Traceback" in back.err else []
    if without[:2] != before or "failed" in without[2]:
        problems.append(f"while it was away: {without}")
    if drive.rows() != (*before, {"ready": n_before}):
        problems.append(f"when it was back: {drive.rows()}")
    if f"{n_before} unchanged" not in back.out:
        problems.append(f"not all unchanged: {back.out}")
    return {"way": way, "moment_s": round(moment_s, 3), "states": without[2],
            "rescan_s": round(back.wall_s, 2), "problems": problems}  # fmt: skip


def summary(records: Sequence[Record]) -> str:
    """Return the figures in one line."""
    offline = [record["states"].get("offline", 0) for record in records]
    slowest_s = max((record["rescan_s"] for record in records), default=0)
    n_wrong = sum(bool(record["problems"]) for record in records)
    return (
        f"{len(records)} times away, {min(offline, default=0)} to {max(offline, default=0)} tracks "
        f"offline, slowest rescan {slowest_s:.1f} s, {n_wrong} with problems"
    )


if __name__ == "__main__":
    parser = series_parser(20, __doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    given = parser.parse_args()
    found = run(series_of("unplugged", given), given.tracks)
    code = print_problems(found)
    print(summary(found))
    sys.exit(code)
