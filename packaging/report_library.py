"""Contact sheets of the bundled tracks, and a page to listen to them.

    python packaging/report_library.py [--library FOLDER] [--out build/library] [--jobs 2] [--force]

FOLDER has scores.json and tracks/: the library, or what build_library.py --into wrote. OUT gets
report.html and sheets/, one PNG a track: waveform with sections, energy and loop
points, spectrogram, chord chart. The page needs no network; it plays the files where they are.
"""

import argparse
import importlib.util
import json
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

_ROOT = Path(__file__).resolve().parents[1]
# Before the imports that would fail, hence noqa: E402 below.
_MISSING = [n for n in ("matplotlib", "mido", "scipy") if importlib.util.find_spec(n) is None]
if _MISSING:
    sys.exit(f"the report needs {', '.join(_MISSING)}: pip install -e '.[dev]'")

import numpy as np  # noqa: E402

from composer.catalogue import fingerprint  # noqa: E402
from composer.form import compose  # noqa: E402
from composer.genres import BRIEFS  # noqa: E402
from composer.sheets import draw_sheet  # noqa: E402
from engine.encoders.audio import MSD_TAGS  # noqa: E402
from engine.errors import SoundbedError  # noqa: E402
from engine.files import write_text  # noqa: E402
from engine.paths import bundled_library_dir  # noqa: E402
from engine.training.data.features_cache import music_features  # noqa: E402

_N_TAGS = 6
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem 1rem; list-style: none; padding: 0; }
article { border-top: 1px solid; padding: 1rem 0; }
h3 { margin: 0; }
p { margin: .3rem 0; }
audio, img { width: 100%; height: auto; }
audio { height: 3rem; }
:focus-visible { outline: 3px solid; }
@media (prefers-color-scheme: dark) {
  body { background: #16191d; color: #eceff2; } a { color: #9ecbff; }
}
""".strip()


@dataclass(frozen=True, slots=True)
class Listing:
    """One track of the page.

    Attributes:
        entry: what scores.json says of it.
        audio: its file.
        sheet: its contact sheet.
        tags: its strongest tags by the MSD network, with their probability.
    """

    entry: dict[str, Any]
    audio: Path
    sheet: Path
    tags: tuple[tuple[str, float], ...]


def main() -> int:
    """Draw what is missing and write the page; the exit code is 2 when something failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--library", type=Path, default=bundled_library_dir())
    parser.add_argument("--out", type=Path, default=_ROOT / "build" / "library")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--force", action="store_true", help="draw all sheets again")
    arguments = parser.parse_args()
    library, out = arguments.library, arguments.out
    try:
        entries = json.loads((library / "scores.json").read_text(encoding="utf-8"))["tracks"]
        known = {f"{brief.slug}.opus" for brief in BRIEFS}
        entries = [entry for entry in entries if entry["file"] in known]
        work = partial(list_track, library=library, out=out, is_forced=arguments.force)
        with ProcessPoolExecutor(arguments.jobs, multiprocessing.get_context("spawn")) as pool:
            listings = list(pool.map(work, entries))
        write_text(out / "report.html", page(listings, out))
    except SoundbedError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}; build the library first", file=sys.stderr)
        return 2
    print(f"{out / 'report.html'}: {len(listings)} tracks")
    return 0


def list_track(entry: dict[str, Any], library: Path, out: Path, is_forced: bool) -> Listing:
    """Draw a track's sheet if it is older than the track, and find its tags."""
    audio = library / "tracks" / entry["file"]
    slug = Path(entry["file"]).stem
    sheet = out / "sheets" / f"{slug}.png"
    if is_forced or not sheet.is_file() or sheet.stat().st_mtime < audio.stat().st_mtime:
        score = compose(next(b for b in BRIEFS if b.slug == slug))
        if entry["score_sha256"] != fingerprint(score):
            raise SoundbedError(
                "the composer writes other notes now.", path=audio, remedy="Build it again."
            )
        draw_sheet(score, entry, audio, sheet)
    probabilities = music_features(audio, out / "features").msd_tags
    strongest = np.argsort(probabilities)[::-1][:_N_TAGS]
    tags = tuple((MSD_TAGS[tag], float(probabilities[tag])) for tag in strongest)
    return Listing(entry, audio, sheet, tags)


def page(listings: Sequence[Listing], folder: Path) -> str:
    """Return the page as HTML; links are relative to the folder that it is written to."""
    genres = list(dict.fromkeys(str(listing.entry["genre"]) for listing in listings))
    minutes = sum(listing.entry["duration_s"] for listing in listings) / 60
    n_bytes = sum(listing.audio.stat().st_size for listing in listings)
    links = "".join(f'<li><a href="#{escape(g)}">{escape(g)}</a></li>' for g in genres)
    chapters = "".join(
        f'<section aria-labelledby="{escape(genre)}"><h2 id="{escape(genre)}">{escape(genre)}</h2>'
        + "".join(_article(one, folder) for one in listings if one.entry["genre"] == genre)
        + "</section>\n"
        for genre in genres
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Soundbed library</title>\n<style>\n{_STYLE}\n</style></head>\n<body>\n"
        f"<header><h1>Soundbed library</h1><p>{len(listings)} tracks, {minutes:.0f} minutes, "
        f"{n_bytes / 1e6:.1f} MB.</p>\n"
        f'<nav aria-label="Genres"><ul>{links}</ul></nav></header>\n<main>\n{chapters}</main>\n'
        "</body>\n</html>\n"
    )


def _article(listing: Listing, folder: Path) -> str:
    entry = listing.entry
    title = escape(str(entry["title"]))
    slug = escape(Path(entry["file"]).stem)
    sections = ", ".join(str(section["name"]) for section in entry["sections"])
    facts = (
        f"{entry['bpm']:g} BPM, {entry['key']} {entry['mode']}, {entry['time_signature']}, "
        f"{entry['duration_s']:.0f} s, {entry['loudness_lufs']:.1f} LUFS"
    )
    tags = ", ".join(f"{name} {probability:.2f}" for name, probability in listing.tags)
    sheet = _link(listing.sheet, folder)
    alt = (
        f"Contact sheet of {entry['title']}: waveform with its sections ({sections}), "
        "spectrogram, chords"
    )
    return (
        f'\n<article aria-labelledby="{slug}"><h3 id="{slug}">{title} <small>{slug}</small></h3>'
        f"<p>{escape(str(entry['description']))}</p>"
        f"<p>Moods: {escape(', '.join(entry['moods']))}. {escape(facts)}.</p>"
        f'<audio controls preload="none" src="{_link(listing.audio, folder)}" '
        f'aria-label="{title}"></audio>'
        f"<p>Tags of the MSD network: {escape(tags)}.</p>"
        f'<a href="{sheet}"><img loading="lazy" src="{sheet}" alt="{escape(alt)}"></a></article>'
    )


def _link(path: Path, folder: Path) -> str:
    relative = Path(os.path.relpath(path.resolve(), folder.resolve()))
    return escape(quote(relative.as_posix()))


if __name__ == "__main__":
    raise SystemExit(main())
