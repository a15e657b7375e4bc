"""Contact sheets and the page: complete, readable without a mouse or eyes, and safe to open."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import soundfile

from composer.catalogue import describe
from composer.form import compose
from composer.genres import BRIEFS
from composer.master import Master
from composer.score import Score
from composer.sheets import draw_sheet
from report_library import Listing, page

RATE_HZ = 48_000


@pytest.fixture
def score() -> Score:
    return compose(BRIEFS[0])


@pytest.fixture
def entry(score: Score, tmp_path: Path) -> dict[str, Any]:
    return describe(Master(score, tmp_path / f"{score.slug}.opus", 20.0, -14.0, -1.5))


def test_a_sheet_shows_the_sound(score: Score, entry: dict[str, Any], tmp_path: Path) -> None:
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    tone = 0.5 * np.sin(2 * np.pi * 440 * time_s)
    sheets = []
    for name, sound in (("tone", tone), ("silence", tone * 1e-4)):
        audio, sheet = tmp_path / f"{name}.wav", tmp_path / "sheets" / f"{name}.png"
        soundfile.write(audio, np.stack([sound, sound], 1).astype(np.float32), RATE_HZ)
        draw_sheet(score, entry | {"title": "Costs $5 or $6"}, audio, sheet)
        sheets.append(np.asarray(cv2.imread(str(sheet))))
    assert sheets[0].shape == sheets[1].shape
    assert sheets[0].shape[1] == 1300
    # The waveform is in the upper half: a tone of half the height covers far more of it.
    dark = [(picture[: len(picture) // 3].max(axis=2) < 110).sum() for picture in sheets]
    assert dark[0] > dark[1] + 20_000


def test_the_page_lists_every_track_with_its_sound_sheet_and_facts(
    entry: dict[str, Any], tmp_path: Path
) -> None:
    audio = tmp_path / "tracks" / "one & only.opus"
    audio.parent.mkdir()
    audio.write_bytes(b"OggS")
    listings = [
        Listing(
            entry | {"title": '<Rain> & "sun"', "file": f"{entry['genre']}-0{n}.opus"},
            audio,
            tmp_path / "out" / "sheets" / f"{n}.png",
            (("happy", 0.5),),
        )
        for n in (1, 2)
    ]
    text = page(listings, tmp_path / "out")
    parser = _Tags()
    parser.feed(text)
    assert [a["src"] for a in parser.found["audio"]] == ["../tracks/one%20%26%20only.opus"] * 2
    assert [a["src"] for a in parser.found["img"]] == ["sheets/1.png", "sheets/2.png"]
    assert all("<Rain>" in str(a["alt"]) and "spectrogram" in str(a["alt"])
               for a in parser.found["img"])  # fmt: skip
    assert all(a["aria-label"] == '<Rain> & "sun"' for a in parser.found["audio"])
    assert parser.found["html"] == [{"lang": "en"}]
    links = [str(a["href"]) for a in parser.found["a"]]
    targets = {a["id"] for tag in ("h2", "h3") for a in parser.found[tag]}
    assert {link[1:] for link in links if link.startswith("#")} <= targets
    assert f"{entry['bpm']:g} BPM, {entry['key']} {entry['mode']}" in text
    assert "happy 0.50" in text
    # Nothing is fetched from elsewhere.
    assert "http" not in text
    assert not parser.found.keys() & {"script", "link", "iframe"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[dict[str, str | None]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.setdefault(tag, []).append(dict(attrs))
