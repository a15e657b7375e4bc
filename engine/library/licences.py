"""What licences ask of whoever uses the music, as far as their names tell."""

import re

# "CC0-1.0", "CC 0", "Creative Commons Zero", "Public Domain Mark", "gemeinfrei" …
_FREE = re.compile(
    r"\bcc[ -]?0\b|\bcc[ -]?zero\b|creative ?commons zero|creativecommons\.org/publicdomain/"
    r"|public[ -]?domain|\bpdm\b|no rights reserved|\bunlicense\b|gemeinfrei|domaine public"
    r"|dominio p[uú]blico|公有领域|公共领域|公有領域|パブリックドメイン",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|nicht|non|pas)\b[^.;]*public|all rights reserved", re.IGNORECASE)


def needs_no_credit(licence: str | None) -> bool:
    """Return whether music may be used without naming anybody: CC0 or in the public domain.

    Args:
        licence: a name such as "CC0-1.0", or the terms in words; None where unknown.
    """
    if not licence:
        return False
    return _FREE.search(licence) is not None and _NOT.search(licence) is None
