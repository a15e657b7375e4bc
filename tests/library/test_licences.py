"""Which licences ask for no credit."""

import pytest

from engine.library.licences import needs_no_credit


@pytest.mark.parametrize(
    "licence",
    [
        "CC0-1.0", "CC0", "cc 0 1.0 Universal", "Creative Commons Zero v1.0", "Public Domain",
        "public-domain", "Public Domain Mark 1.0", "PDM 1.0", "Gemeinfrei", "No Rights Reserved",
        "https://creativecommons.org/publicdomain/zero/1.0/", "Domaine public", "公有领域",
    ],
)  # fmt: skip
def test_free_music_needs_no_credit(licence: str) -> None:
    assert needs_no_credit(licence)


@pytest.mark.parametrize(
    "licence",
    [
        None, "", "CC-BY-4.0", "CC BY 0.9", "CC-BY-SA 3.0", "All rights reserved",
        "© 2020 Public Domain Records. All rights reserved", "This is not in the public domain",
        "Pixabay", "© 2019 ACC0 Ltd",
    ],
)  # fmt: skip
def test_other_music_does(licence: str | None) -> None:
    assert not needs_no_credit(licence)
