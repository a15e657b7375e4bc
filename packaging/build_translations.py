"""Collect every sentence that users see in packaging/translations/soundbed.pot, and compile the
translations beside it.

    python packaging/build_translations.py [--check]

A translator copies that file to LANGUAGE.po. Sentences that are new or gone are added to it and
removed from it; what is translated is compiled to assets/locale. --check writes nothing; its exit
code is 1 when anything isn't up to date.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engine.library.library import Library
from engine.ranking.vocabulary import INSTRUMENT_WORDS

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "packaging" / "translations" / "soundbed.pot"
LOCALE = ROOT / "assets" / "locale"
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
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


def translated(source: Path, template: Catalog) -> dict[Path, bytes]:
    """Return a translation with the sentences of now, and the compiled one.

    Args:
        source: of a language, such as de.po.
        template: all sentences.
    """
    language = source.stem
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language, charset="utf-8")
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    written, compiled = BytesIO(), BytesIO()
    write_po(written, catalogue, omit_header=True, sort_output=True, width=100, no_location=True)
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    head += f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
    head += '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    # Without a date, so that it only changes when a sentence does.
    catalogue.revision_date = catalogue.creation_date = _NO_DATE
    write_mo(compiled, catalogue)
    out = LOCALE / language / "LC_MESSAGES" / "soundbed.mo"
    return {source: head.encode() + written.getvalue(), out: compiled.getvalue()}


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
    only_checks = parser.parse_args().check
    template = collect()
    files = {CATALOGUE: as_text(template).encode()}
    for source in sorted(CATALOGUE.parent.glob("*.po")):
        files |= translated(source, template)
    outdated = [path for path, data in files.items()
                if not path.is_file() or path.read_bytes() != data]  # fmt: skip
    if only_checks:
        print("outdated: run python packaging/build_translations.py" if outdated else "up to date")
        return 1 if outdated else 0
    for path in outdated:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path])
    print(f"{CATALOGUE}: {len(template)} sentences; written: {len(outdated)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
