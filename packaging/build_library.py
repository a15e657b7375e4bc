"""Compose, render and master the bundled music.

Writes each track to build/library/ first and copies it to assets/library/tracks/ when it is done,
then assets/library/scores.json. A track that is there with the same score is not made again:

    python packaging/build_library.py [--only jazz-02 …] [--force] [--jobs 2]
"""

import argparse
import importlib.util
import multiprocessing
import os
import shutil
import sys
import time
from pathlib import Path

_PACKAGING = Path(__file__).resolve().parent
_ROOT = _PACKAGING.parent
# Here and not as an installed package: nothing in the app needs the composer.
sys.path[:0] = [str(_PACKAGING), str(_ROOT)]
_MISSING = [name for name in ("mido", "scipy") if importlib.util.find_spec(name) is None]
if _MISSING:
    sys.exit(f"building the music needs {', '.join(_MISSING)}: pip install -e '.[dev]'")

from composer.catalogue import describe, fingerprint, read_catalogue, write_catalogue  # noqa: E402
from composer.form import Brief, compose  # noqa: E402
from composer.genres import BRIEFS  # noqa: E402
from composer.master import master  # noqa: E402
from composer.mix import mix  # noqa: E402
from composer.render import render  # noqa: E402
from composer.tools import MissingToolsError, check_tools  # noqa: E402

_TRIALS = _ROOT / "build" / "library"
_LIBRARY = _ROOT / "assets" / "library"
_TRACKS = _LIBRARY / "tracks"
_SCORES = _LIBRARY / "scores.json"


def main() -> int:
    """Build what is missing; exit code 2 when a tool is."""
    arguments = _parse()
    try:
        check_tools()
    except MissingToolsError as error:
        print(error, file=sys.stderr)
        return 2
    chosen = [b for b in BRIEFS if not arguments.only or b.slug in arguments.only]
    unknown = set(arguments.only) - {b.slug for b in BRIEFS}
    if unknown or not chosen:
        print(f"no such track: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    known = {str(entry["file"]): entry for entry in read_catalogue(_SCORES)}
    wanted = [b.slug for b in chosen if arguments.force or not _is_current(b, known)]
    with multiprocessing.get_context("spawn").Pool(arguments.jobs, _be_nice) as pool:
        for slug, entry, seconds in pool.imap_unordered(_build, wanted):
            shutil.copyfile(_TRIALS / f"{slug}.opus", _place(_TRACKS) / f"{slug}.opus")
            known[f"{slug}.opus"] = entry
            # After every track, so that a run that is stopped loses none.
            _write(known)
            print(
                f"{slug}  {entry['duration_s']} s  {entry['loudness_lufs']} LUFS  "
                f"{entry['true_peak_dbtp']} dBTP  made in {seconds:.0f} s",
                flush=True,
            )
    _write(known)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", nargs="+", default=[], metavar="TRACK", help="such as jazz-02")
    parser.add_argument("--force", action="store_true", help="make tracks again that are there")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (default 2)")
    return parser.parse_args()


def _build(slug: str) -> tuple[str, dict[str, object], float]:
    started = time.monotonic()
    score = compose(next(b for b in BRIEFS if b.slug == slug))
    finished = master(mix(render(score)), _TRIALS / f"{slug}.opus")
    entry = describe(finished)
    return slug, entry, time.monotonic() - started


def _is_current(brief: Brief, known: dict[str, dict[str, object]]) -> bool:
    entry = known.get(f"{brief.slug}.opus")
    return (
        entry is not None
        and (_TRACKS / f"{brief.slug}.opus").is_file()
        and entry.get("score_sha256") == fingerprint(compose(brief))
    )


def _write(known: dict[str, dict[str, object]]) -> None:
    order = [f"{b.slug}.opus" for b in BRIEFS]
    write_catalogue([known[name] for name in order if name in known], _SCORES)


def _place(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _be_nice() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    if hasattr(os, "nice"):
        os.nice(5)


if __name__ == "__main__":
    raise SystemExit(main())
