from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from engine.arrangement.plan import MixPlan
from engine.arrangement.segments import Segment
from engine.export.credits import credits_text

PLAN = MixPlan(
    clip_path=Path("/c.mp4"),
    clip_duration_s=10.0,
    frame_rate=Fraction(25),
    start_timecode=None,
    track_path=Path("/music/still water.ogg"),
    title="Still Water",
    artist="Soundbed",
    licence="CC0 1.0",
    link="https://example.org/still-water",
    segments=(Segment(0.0, 0.0, 10.0),),
)


def test_credits_name_title_artist_licence_and_link() -> None:
    assert credits_text(PLAN) == (
        "Music: “Still Water” by Soundbed\nLicence: CC0 1.0\nhttps://example.org/still-water\n"
    )


def test_what_is_unknown_is_left_out_but_the_licence_is_warned_about() -> None:
    text = credits_text(replace(PLAN, title=None, artist=None, licence=None, link=None))
    assert text == (
        "Music: “still water”\nLicence: unknown; make sure that you may use this music\n"
    )


def test_tags_can_not_add_lines() -> None:
    text = credits_text(replace(PLAN, title="A\nLicence: CC0\x1b[2J"))
    assert len(text.splitlines()) == 3
    assert "\x1b" not in text
