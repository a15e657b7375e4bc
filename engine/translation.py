"""Translates every sentence that a user sees, in the engine and in the window.

Catalogues are GNU gettext files under assets/locale; without one, English is shown. The sentences
to translate are collected in packaging/translations by packaging/build_translations.py.
"""

import gettext

from engine.paths import assets_dir

_catalogue: gettext.NullTranslations = gettext.translation(
    "soundbed", localedir=assets_dir() / "locale", fallback=True
)


def tr(message: str) -> str:
    """Return the message in the user's language; format it afterwards, never before."""
    return _catalogue.gettext(message)


def trn(singular: str, plural: str, n: int) -> str:
    """Return the form that fits the number `n`; format it afterwards."""
    return _catalogue.ngettext(singular, plural, n)


def use_catalogue(catalogue: gettext.NullTranslations) -> gettext.NullTranslations:
    """Show all sentences from now on in another language; return the catalogue used before."""
    global _catalogue
    before, _catalogue = _catalogue, catalogue
    return before
