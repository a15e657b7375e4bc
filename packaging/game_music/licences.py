"""What debian/copyright states about a file, and whether its licence allows anybody to use it.

Allowed are licences that require at most a credit: CC0, CC BY, BSD, MIT, zlib. Refused are GPL,
share-alike, non-commercial and no-derivatives licences, and "public domain", which has no effect
in some countries.
"""

import io
import logging
import re
from dataclasses import dataclass
from typing import Any

from debian.copyright import Copyright, MachineReadableFormatError, NotMachineReadableError

from game_music.games import Reading

# Debian's names in lower case -> SPDX names
_ALLOWED = {
    "cc0": "CC0-1.0",
    "cc0-1.0": "CC0-1.0",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "expat": "MIT",
    "mit": "MIT",
    "zlib": "Zlib",
}
_CC_BY = re.compile(r"cc-by-(1\.0|2\.0|2\.5|3\.0|4\.0)")
_PAGES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY": "https://creativecommons.org/licenses/by/{version}/",
}


class NotAllowedError(Exception):
    """The file may not go into a pack; the message says why."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a copyright file states about a file.

    Attributes:
        licence: its short name, followed by its web page where there is one.
        author: who made the file.
        url: where it was published; None where that isn't stated.
    """

    licence: str
    author: str
    url: str | None = None


def stated(text: str, path: str, reading: Reading | None) -> Stated:
    """Return licence and author of one file.

    Args:
        text: the package's debian/copyright.
        path: the file's path in the sources.
        reading: what a person read in it; None where it is machine-readable.

    Raises:
        NotAllowedError: when the licence isn't allowed, or licence or author isn't stated.
    """
    if reading is not None:
        plain = " ".join(text.split())
        missing = [phrase for phrase in reading.phrases if phrase not in plain]
        if missing:
            raise NotAllowedError(f"its copyright file doesn't say “{missing[0]}”")
        return Stated(allowed(reading.licence), reading.author)
    # python-debian doesn't declare the types of a paragraph's fields.
    paragraph: Any = _copyright(text).find_files_paragraph(path)
    if paragraph is None or paragraph.license is None:
        raise NotAllowedError("its copyright file doesn't name it")
    if tuple(paragraph.files) == ("*",):
        # It describes the program and rarely the music.
        raise NotAllowedError(
            f"only the licence of the whole package is stated: {paragraph.license.synopsis}"
        )
    author = _author(paragraph.copyright or "")
    if not author:
        raise NotAllowedError("its copyright file names no author")
    page = re.search(r"https?://[^\s,;\"<>]+", paragraph.comment or "")
    return Stated(allowed(paragraph.license.synopsis), author, page[0] if page else None)


def allowed(expression: str) -> str:
    """Return the allowed licence in an expression such as "GPL-2+ or CC-BY-3.0", with its page.

    Raises:
        NotAllowedError: when no alternative is allowed.
    """
    for alternative in re.split(r",?\s+or\s+|\s*\|\s*", expression.strip(), flags=re.I):
        parts = re.split(r",?\s+and\s+|,\s*", alternative, flags=re.I)
        names = [_spdx(part) for part in parts]
        if all(names):
            return ", ".join(_with_page(name) for name in names if name)
    raise NotAllowedError(f"its licence is {expression.strip() or 'not named'}")


def _spdx(name: str) -> str | None:
    name = name.strip().lower()
    if _CC_BY.fullmatch(name):
        return name.upper()
    return _ALLOWED.get(name)


def _with_page(name: str) -> str:
    if name.startswith("CC-BY-"):
        return f"{name} {_PAGES['CC-BY'].format(version=name.removeprefix('CC-BY-'))}"
    return f"{name} {_PAGES[name]}" if name in _PAGES else name


def _copyright(text: str) -> Copyright:
    # python-debian logs small mistakes; real errors are raised.
    logging.getLogger("debian.copyright").setLevel(logging.CRITICAL)
    try:
        return Copyright(io.StringIO(text), strict=False)
    except (NotMachineReadableError, MachineReadableFormatError, ValueError) as error:
        raise NotAllowedError(f"its copyright file isn't machine-readable ({error})") from error


def _author(text: str) -> str:
    names = []
    for line in text.splitlines():
        line = re.sub(r"<[^>]*>|\([^)]*://[^)]*\)|\(c\)|©|copyright", "", line, flags=re.I)
        line = re.sub(r"^[\s\d,–-]+(?=\D)", "", line).strip(" ,.;")
        if line and line.lower() not in ("none", "unknown", "various", "public-domain"):
            names.append(line)
    return ", ".join(dict.fromkeys(names))
