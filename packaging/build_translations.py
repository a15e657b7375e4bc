"""Collect every sentence that users see in packaging/translations/soundbed.pot.

    python packaging/build_translations.py [--check]

A translator copies that file to LANGUAGE.po. --check writes nothing; its exit code is 1 when the
catalogue isn't up to date.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from engine.library.library import Library
from engine.ranking.vocabulary import INSTRUMENT_WORDS

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "packaging" / "translations" / "soundbed.pot"
_FOLDERS = ("engine", "desktop")
_KEYWORDS = {"tr": None, "trn": (1, 2)}


def collect() -> Catalog:
    """Return the catalogue: sentences of the sources, names of models and music."""
    catalogue = Catalog(project="Soundbed", charset="utf-8", fuzzy=False)
    for folder in _FOLDERS:
        found = extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=_KEYWORDS
        )
        for file, _line, message, comments, context in sorted(found, key=lambda row: row[:2]):
            # Without line numbers (0), the catalogue only changes when a sentence does.
            catalogue.add(message, None, [(f"{folder}/{file}", 0)], (), comments, context=context)
    for word in sorted(set(_words())):
        catalogue.add(word, locations=[("assets", 0)], auto_comments=["genre, mood or instrument"])
    return catalogue


def as_text(catalogue: Catalog) -> str:
    """Return the catalogue in gettext's format, without a date."""
    buffer = BytesIO()
    write_po(buffer, catalogue, omit_header=True, sort_output=True, width=100)
    return buffer.getvalue().decode("utf-8")


def _words() -> Iterator[str]:
    """Yield the genres, moods and instruments that are shown by their own names."""
    yield from INSTRUMENT_WORDS
    for manifest in sorted((ROOT / "assets" / "models").glob("*/manifest.json")):
        extra = json.loads(manifest.read_text("utf-8")).get("extra", {})
        yield from extra.get("genres", ())
        yield from extra.get("moods", ())
    for track in Library.open_bundled().tracks.all():
        if track.genre is not None:
            yield track.genre


def main() -> int:
    """Write the catalogue, or check whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only check whether it is up to date")
    text = as_text(collect())
    if parser.parse_args().check:
        is_current = CATALOGUE.is_file() and CATALOGUE.read_text("utf-8") == text
        print(
            "up to date" if is_current else "outdated: run python packaging/build_translations.py"
        )
        return 0 if is_current else 1
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_text(text, "utf-8")
    print(f"{CATALOGUE}: {text.count('msgid ')} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main())
