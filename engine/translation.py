"""Translates every sentence that a user sees, in the engine and in the window.

Catalogues are GNU gettext files under assets/locale; without one, English is shown. The sentences
to translate are collected in packaging/translations by packaging/build_translations.py.
"""

import gettext
import os

from engine.paths import assets_dir

# Names the language of a process that was started by another one.
_VARIABLE = "SOUNDBED_LANGUAGE"


def _find(language: str | None) -> gettext.NullTranslations:
    return gettext.translation(
        "soundbed", assets_dir() / "locale", [language] if language else None, fallback=True
    )


_catalogue = _find(os.environ.get(_VARIABLE))


def tr(message: str) -> str:
    """Return the message in the user's language; format it afterwards, never before."""
    return _catalogue.gettext(message)


def trn(singular: str, plural: str, n: int) -> str:
    """Return the form that fits the number `n`; format it afterwards."""
    return _catalogue.ngettext(singular, plural, n)


def language() -> str:
    """Return the language of the sentences, such as "de"; "en" where there is no translation."""
    return _catalogue.info().get("language", "en")


def use_language(language: str) -> None:
    """Show all sentences in a language, here and in processes that are started from now on.

    Args:
        language: such as "de"; "system" for the one that the system names.
    """
    if language == "system":
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = language
    use_catalogue(_find(os.environ.get(_VARIABLE)))


def use_catalogue(catalogue: gettext.NullTranslations) -> gettext.NullTranslations:
    """Show all sentences from now on in another language; return the catalogue used before."""
    global _catalogue
    before, _catalogue = _catalogue, catalogue
    return before
