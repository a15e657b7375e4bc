from dataclasses import replace
from pathlib import Path

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.segments import Segment
from engine.export.credits import credits_text
from engine.media.tags import Tags
from tests.arrangements import arranged, with_tags

TAGS = Tags("Still Water", "Soundbed", "Lakes", "CC0 1.0", "https://example.org/still-water")
ONE = with_tags(arranged(Segment(0.0, 0.0, 6.0), track=Path("/music/still water.ogg")), TAGS)


def test_credits_name_title_artist_licence_and_web_address() -> None:
    assert credits_text(ONE) == (
        "Music: “Still Water” by Soundbed\nLicence: CC0 1.0\nhttps://example.org/still-water\n"
    )


def test_what_is_unknown_is_left_out_but_the_licence_is_warned_about() -> None:
    assert credits_text(with_tags(ONE, Tags())) == (
        "Music: “still water”\nLicence: unknown; make sure that you may use this music\n"
    )


def test_tags_can_not_add_lines() -> None:
    text = credits_text(with_tags(ONE, replace(TAGS, title="A\nLicence: CC0\x1b[2J")))
    assert len(text.splitlines()) == 3
    assert "\x1b" not in text


def test_each_track_is_named_once() -> None:
    (water,) = ONE.items
    (fire,) = with_tags(ONE, Tags("Fire", licence="CC-BY-4.0")).items
    items = (water, replace(fire, start_frame=50), replace(water, start_frame=100))
    assert credits_text(Arrangement(ONE.clip, items)) == (
        "Music: “Still Water” by Soundbed\nLicence: CC0 1.0\nhttps://example.org/still-water\n"
        "\n"
        "Music: “Fire”\nLicence: CC-BY-4.0\n"
    )
