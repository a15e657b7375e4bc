"""Titles in wrong encodings are recognised; right ones are never touched."""

import pytest

from engine.media.code_pages import meant

WRONG = {
    "cp1251": (
        "Александр", "Кино - Группа крови", "Пісня про рушник", "DDT - Осень", "БИТВА", "Ночь",
    ),
    "koi8-r": ("Александр", "Группа крови на рукаве"),
    "cp1250": (
        "Uciekająca skała", "Příběh", "Žižkov", "Kytice růží", "Łódź",

    ),
    "cp932": ("夜に駆ける", "東京事変", "恋するフォーチュンクッキー", "さくら - 独唱"),
    "gbk": ("隐藏乐章", "月亮代表我的心", "周杰伦 - 青花瓷"),
    "big5": ("月亮代表我的心", "愛情的故事"),
    "cp949": ("강남스타일", "사랑하기 때문에"),
    "cp1253": ("Ελπίδα", "Το τραγούδι της αγάπης"),
    "utf-8": ("Beyoncé", "Александр", "夜に駆ける", "Motörhead"),
    "cp1252": ("Don’t Stop", "Déjà vu – live", "“Heroes”"),
}  # fmt: skip
# Titles and names that Latin-1 holds, from many languages; and titles that it doesn't.
RIGHT = (
    "Beyoncé", "Mötley Crüe", "Sigur Rós – Ágætis byrjun", "Sigur Rós", "Café del Mar", "Ænima",
    "Björk", "Françoise Hardy – L'amitié", "Für Elise", "Ñu", "Señorita", "El Niño", "Água viva",
    "Coração", "São Paulo", "Così fan tutte", "Þursaflokkurinn", "Røyksopp", "Håkan Hellström",
    "Zoë Keating", "Über den Wolken", "GRÜSSE AUS KÖLN", "¿Dónde está?", "«Été»", "25 °C", "½ Life",
    "Élan", "à", "É", "Ö", "ÆØÅ", "Ólafur Arnalds", "Noël", "Maïté", "Pão", "Naïve", "Ljósið",
    "Bjørn Eidsvåg", "Þú ert", "© 2001", "Crème brûlée", "Plain title", "", "ĚŠČŘŽ", "ěščřžýáíé",
    "Александр", "夜に駆ける", "隐藏乐章", "Dvořák", "Łódź", "Señor Coconut y su conjunto",
    "Ich weiß, du", "Où est-ce", "Piñata", "L'Été indien", "Jóga", "Ásgeir", "Mylène Farmer",
)  # fmt: skip


@pytest.mark.parametrize(("code", "title"), [(c, t) for c, ts in WRONG.items() for t in ts])
def test_what_was_meant_is_found(code: str, title: str) -> None:
    raw = title.encode(code)
    assert meant(raw.decode("latin-1")) == title
    # ID3v1 and RIFF tags come as bytes.
    as_bytes = raw.decode("utf-8", "surrogateescape")
    assert meant(as_bytes) in ((title,) if code != "utf-8" else (None,))


@pytest.mark.parametrize("title", RIGHT)
def test_what_is_right_is_left_alone(title: str) -> None:
    assert meant(title) is None


@pytest.mark.parametrize("title", ["Szűcs Judith", "Őszi szél", "Čaj za dvě"])
def test_what_could_be_another_language_is_left_alone(title: str) -> None:
    assert meant(title.encode("cp1250").decode("latin-1")) is None


def test_western_titles_as_bytes_are_read_as_latin_1() -> None:
    assert (
        meant("Café del Mar".encode("latin-1").decode("utf-8", "surrogateescape")) == "Café del Mar"
    )
