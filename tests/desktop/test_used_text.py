"""Where a track was used, in words."""

from datetime import UTC, datetime

import pytest

from desktop.deciding.words import date_text, month_text, used_text
from engine.library.picks import Use

NOW = datetime(2026, 11, 30, tzinfo=UTC)
WEDDING = Use("wedding.mp4", "c1", "2026-05-15T12:00:00+00:00")
OLD = Use("old.mp4", "c2", "2024-01-15T12:00:00+00:00")
UNKNOWN = Use("", "c3", "no time")


@pytest.mark.parametrize(
    ("uses", "text"),
    [
        ((), ""),
        ((WEDDING,), "used in wedding.mp4, May"),
        ((OLD,), "used in old.mp4, January 2024"),
        ((WEDDING, OLD), "used in wedding.mp4, May, and 1 more clip"),
        ((OLD, WEDDING, UNKNOWN), "used in old.mp4, January 2024, and 2 more clips"),
        ((UNKNOWN,), "used in another clip"),
    ],
)
def test_the_latest_clip_is_named_with_its_month(uses: tuple[Use, ...], text: str) -> None:
    assert used_text(uses, now=NOW) == text


def test_the_open_clip_is_named_as_such() -> None:
    assert used_text((OLD, WEDDING), "c1", NOW) == "your pick for this clip"
    assert used_text((OLD, WEDDING), "other", NOW).startswith("used in old.mp4")


@pytest.mark.parametrize("time", ["", "May", "2026-13-01", "9" * 40])
def test_damaged_times_have_no_date(time: str) -> None:
    assert month_text(time, NOW) == date_text(time) == ""


def test_days_are_named_with_the_year() -> None:
    assert date_text("2026-05-15T12:00:00+00:00") == "15 May 2026"
