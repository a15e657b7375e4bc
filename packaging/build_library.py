"""Compose, render and master the bundled music.

    python packaging/build_library.py [--only jazz-07 …] [--genre jazz …] [--jobs 2] [--plan]
                                      [--into FOLDER] [--force] [--accept-sound]

Each track is built in build/library/, with a record of what it was built from, and then copied to
assets/library/tracks/ (or FOLDER/tracks/), its entry to scores.json and its notes to
packaging/scores/ as MIDI. A build that was stopped resumes; a track is built again when its notes,
its tags, or the code and soundfonts that make its sound have changed. --plan lists which and why.
--accept-sound keeps tracks whose notes are unchanged, whatever code rendered them.
"""

import argparse
import errno
import fcntl
import importlib.util
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

# Before the imports that would fail, hence noqa: E402 below.
_MISSING = [name for name in ("mido", "scipy") if importlib.util.find_spec(name) is None]
if _MISSING:
    sys.exit(f"building the music needs {', '.join(_MISSING)}: pip install -e '.[dev]'")

from composer.build_record import (  # noqa: E402
    hash_code_now,
    write_record,
)
from composer.catalogue import fingerprint, read_catalogue  # noqa: E402
from composer.form import Brief, compose  # noqa: E402
from composer.genres import BRIEFS  # noqa: E402
from composer.master import Master, MasteringError, master  # noqa: E402
from composer.mix import mix  # noqa: E402
from composer.publishing import (  # noqa: E402
    BuildError,
    Folders,
    copy_file,
    publish,
    remove_unknown,
)
from composer.render import render  # noqa: E402
from composer.tools import MissingToolsError, check_tools  # noqa: E402
from engine.errors import SoundbedError  # noqa: E402

# The stems of a piece are written to the temporary folder as floating point.
_NEEDED_MB_PER_JOB = 200
_NEEDED_MB_PER_TRACK = 2


def main() -> int:
    """Build what is missing or changed; the exit code is 2 when something failed."""
    arguments = _parse()
    folders = Folders()
    if arguments.into is not None:
        folders = Folders(library=arguments.into, midi=None)
    try:
        check_tools()
        chosen = choose(BRIEFS, arguments.only, arguments.genre)
        if arguments.plan:
            for brief in chosen:
                reason = reason_to_build(brief, folders, arguments.force)
                print(f"{brief.slug}  {reason or 'is up to date'}")
            return 0
        with _locked(folders.build):
            if arguments.accept_sound:
                print(f"{accept_sound(chosen, folders)} tracks accepted as they are")
            reasons = {b.slug: reason_to_build(b, folders, arguments.force) for b in chosen}
            failures = build(chosen, reasons, folders, arguments.jobs)
    except (MissingToolsError, BuildError, SoundbedError) as error:
        print(error, file=sys.stderr)
        return 2
    for failure in failures:
        print(failure, file=sys.stderr)
    return 2 if failures else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--only", nargs="+", action="extend", default=[], metavar="TRACK", help="such as jazz-07"
    )
    parser.add_argument("--genre", nargs="+", action="extend", default=[], help="such as jazz")
    parser.add_argument("--into", type=Path, default=None, help="another library folder")
    parser.add_argument("--force", action="store_true", help="build tracks that are up to date too")
    parser.add_argument("--plan", action="store_true", help="list what would be built, and why")
    parser.add_argument(
        "--accept-sound", action="store_true", help="keep tracks whose notes are unchanged"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (default 2)")
    return parser.parse_args()


def choose(
    briefs: Sequence[Brief], slugs: Sequence[str], genres: Sequence[str]
) -> tuple[Brief, ...]:
    """Return the briefs with these slugs or genres; all when none are given.

    Raises:
        BuildError: when there is no such track or genre.
    """
    unknown = (set(slugs) - {b.slug for b in briefs}) | (
        set(genres) - {b.about.genre for b in briefs}
    )
    if unknown:
        raise BuildError(f"no such track or genre: {', '.join(sorted(unknown))}")
    if not slugs and not genres:
        return tuple(briefs)
    return tuple(b for b in briefs if b.slug in slugs or b.about.genre in genres)


def reason_to_build(brief: Brief, folders: Folders, is_forced: bool = False) -> str:
    """Return why a track must be built; empty when it is up to date."""
    if is_forced:
        return "is forced"
    record = folders.record(brief.slug)
    if record is None:
        return "isn't built yet"
    score = compose(brief)
    if record.score_sha256 != fingerprint(score):
        return "has new notes"
    return "" if record.matches(score) else "has new tags or sound code"


def accept_sound(briefs: Sequence[Brief], folders: Folders) -> int:
    """Record the library's tracks with unchanged notes as built by today's code.

    Returns:
        How many tracks were accepted.
    """
    known = {str(entry["file"]): entry for entry in read_catalogue(folders.catalogue)}
    n_accepted = 0
    for brief in briefs:
        entry, score = known.get(f"{brief.slug}.opus"), compose(brief)
        is_same = entry is not None and entry["score_sha256"] == fingerprint(score)
        if entry is None or not is_same or not folders.track(brief.slug).is_file():
            continue
        copy_file(folders.track(brief.slug), folders.built(brief.slug))
        figures = (float(str(entry[k])) for k in ("duration_s", "loudness_lufs", "true_peak_dbtp"))
        finished = Master(score, folders.built(brief.slug), *figures)
        write_record(finished, folders.record_path(brief.slug))
        n_accepted += 1
    return n_accepted


def build(
    briefs: Sequence[Brief], reasons: dict[str, str], folders: Folders, n_jobs: int
) -> list[str]:
    """Build the tracks that have a reason, and copy all of `briefs` into the library.

    Args:
        briefs: tracks of the library.
        reasons: for each slug why it must be built; empty when it is up to date.
        folders: where to write.
        n_jobs: how many tracks at once.

    Returns:
        One line for each track that couldn't be built; the others are in the library.

    Raises:
        BuildError: when the disk is full or a worker was killed; finished tracks are kept.
    """
    started = time.monotonic()
    wanted = [brief for brief in briefs if reasons[brief.slug]]
    for current in (brief for brief in briefs if not reasons[brief.slug]):
        publish(compose(current), folders, _order())
    failures: list[str] = []
    if wanted:
        _check_space(folders, len(wanted), n_jobs)
        for unfinished in folders.build.glob("*.wav"):
            unfinished.unlink()
        failures = _build_all(wanted, folders, n_jobs)
    if {b.slug for b in BRIEFS} == {b.slug for b in briefs}:
        remove_unknown(folders, _order())
    entries = read_catalogue(folders.catalogue)
    n_bytes = sum((folders.library / "tracks" / str(e["file"])).stat().st_size for e in entries)
    minutes = sum(float(str(e["duration_s"])) for e in entries) / 60
    print(
        f"{len(entries)} tracks, {minutes:.1f} min, {n_bytes / 1e6:.1f} MB; "
        f"{len(wanted) - len(failures)} built in {time.monotonic() - started:.0f} s"
    )
    return failures


def _build_all(wanted: Sequence[Brief], folders: Folders, n_jobs: int) -> list[str]:
    failures = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_jobs, context, _start_worker) as pool:
        running = {pool.submit(build_track, b.slug, folders.build): b for b in wanted}
        try:
            for done in as_completed(running):
                brief, error = running[done], done.exception()
                if error is not None and not isinstance(error, (BrokenProcessPool, OSError)):
                    # A mistake in the code of one piece doesn't stop the others.
                    failures.append(f"{brief.slug}: {error.__cause__ or error!r}")
                    continue
                failure, seconds = done.result()
                if failure:
                    failures.append(f"{brief.slug}: {failure}")
                    continue
                # After every track, so that none is lost when the build is stopped.
                try:
                    entry = publish(compose(brief), folders, _order())
                except BuildError as failed:
                    failures.append(str(failed))
                    continue
                print(
                    f"{brief.slug}  {entry['duration_s']} s  {entry['loudness_lufs']} LUFS  "
                    f"{entry['true_peak_dbtp']} dBTP  built in {seconds:.0f} s",
                    flush=True,
                )
        except BrokenProcessPool as error:
            raise BuildError(
                "a worker was killed, perhaps out of memory: run it again with fewer --jobs"
            ) from error
        except OSError as error:
            raise BuildError(_write_failure(error)) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return failures


def build_track(slug: str, folder: Path) -> tuple[str, float]:
    """Render a track into the build folder; runs in a worker process.

    Returns:
        What went wrong (empty when nothing did) and the seconds that it took.

    Raises:
        OSError: when the disk is full, as no other track could be written either.
    """
    started = time.monotonic()
    score = compose(next(b for b in BRIEFS if b.slug == slug))
    failure = ""
    try:
        finished = master(mix(render(score)), folder / f"{slug}.opus")
        write_record(finished, folder / f"{slug}.json")
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        failure = f"{error.cmd[0]} failed: {lines[-1] if lines else error.returncode}"
    except (MasteringError, SoundbedError, OSError, RuntimeError, ValueError) as error:
        failure = str(error)
    for used in (folder, Path(tempfile.gettempdir())):
        # Not every program says why it couldn't write.
        if failure and _free_mb(used) < _NEEDED_MB_PER_TRACK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(used))
    return failure, time.monotonic() - started


def _order() -> list[str]:
    return [brief.slug for brief in BRIEFS]


def _check_space(folders: Folders, n_tracks: int, n_jobs: int) -> None:
    folders.build.mkdir(parents=True, exist_ok=True)
    needed_mb = _NEEDED_MB_PER_JOB * min(n_jobs, n_tracks) + _NEEDED_MB_PER_TRACK * n_tracks
    for folder in (folders.build, Path(tempfile.gettempdir())):
        if (free_mb := _free_mb(folder)) < needed_mb:
            raise BuildError(
                f"{folder} has {free_mb:.0f} MB free and the build needs {needed_mb}: "
                "free some space, or set TMPDIR to another disk if it is the temporary folder"
            )


def _free_mb(folder: Path) -> float:
    return shutil.disk_usage(folder).free / 1e6


def _write_failure(error: OSError) -> str:
    where = error.filename or "the build's folders"
    return f"{where}: {error.strerror}. Free some space and run it again to resume"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep two builds from writing one folder; the system unlocks it when a build is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildError(f"another build is running in {folder}: wait for it") from error
        yield


def _start_worker() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    os.nice(5)
    # Now, before anyone edits the files that were just imported.
    hash_code_now()
    # Without this, the workers of a build that was killed would wait for work for ever.
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    if (build_process := multiprocessing.parent_process()) is not None:
        build_process.join()
        os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main())
