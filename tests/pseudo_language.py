"""A made-up language for tests: every sentence a third longer, with accents, still readable.

The parts of a sentence that the program needs stay unchanged: {fields}, %(names)s, <tags>,
&entities and the & of a menu's key.
"""

import gettext
import re

_KEPT = re.compile(r"(\{[^}]*\}|%\([a-z_]+\)[a-z]|%[sd]|<[^>]+>|&[a-z]+;|&)")
_ACCENTS = str.maketrans("aceinostuyAEINOSU", "àçéîñöšţüýÀÉÎÑÖŠÜ")


def lengthened(message: str) -> str:
    """Return the message in the made-up language: at least a third longer, never shorter."""
    parts = _KEPT.split(message)
    said = "".join(part if _KEPT.fullmatch(part) else part.translate(_ACCENTS) for part in parts)
    n_shown = sum(len(part) for part in parts if not _KEPT.fullmatch(part))
    n_more = max(1, -(-n_shown // 3))
    # Words as long as usual ones, so that lines break where they would in a real language.
    filler = ("ëxträ wörds " * (n_more // 12 + 1))[:n_more]
    return f"{said}{filler.rstrip():~<{n_more}}"


class PseudoLanguage(gettext.NullTranslations):
    """The catalogue of the made-up language; it knows every sentence."""

    def gettext(self, message: str) -> str:
        """Return the message, a third longer."""
        return lengthened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for `n`, a third longer."""
        return lengthened(msgid1 if n == 1 else msgid2)
