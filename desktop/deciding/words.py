"""Where a track was used, in words."""

from collections.abc import Sequence
from datetime import datetime

from engine.library.picks import Use
from engine.translation import tr, trn


def used_text(uses: Sequence[Use], clip_hash: str = "", now: datetime | None = None) -> str:
    """Return a phrase such as “used in wedding.mp4, May”, "" for a track that wasn't used.

    Args:
        uses: of the track, the latest first.
        clip_hash: of the open clip; its pick is called that.
        now: decides whether a year is named; None for the present.
    """
    others = [use for use in uses if use.clip_hash != clip_hash]
    if len(others) < len(uses):
        return tr("your pick for this clip")
    if not others:
        return ""
    latest = others[0]
    clip = latest.clip_name or tr("another clip")
    when = month_text(latest.picked_at, now)
    place = tr("{clip}, {when}").format(clip=clip, when=when) if when else clip
    n_more = len(others) - 1
    if not n_more:
        return tr("used in {clip}").format(clip=place)
    text = trn("used in {clip}, and {n} more clip", "used in {clip}, and {n} more clips", n_more)
    return text.format(clip=place, n=n_more)


def month_text(time: str, now: datetime | None = None) -> str:
    """Return the month of a time in UTC, with the year unless it is this one; "" if damaged."""
    moment = _local(time)
    if moment is None:
        return ""
    month = _MONTHS[moment.month - 1]()
    if moment.year == (now or datetime.now().astimezone()).year:
        return month
    return tr("{month} {year}").format(month=month, year=moment.year)


def date_text(time: str) -> str:
    """Return the day of a time in UTC, "" where it is damaged."""
    moment = _local(time)
    if moment is None:
        return ""
    month = _MONTHS[moment.month - 1]()
    return tr("{day} {month} {year}").format(day=moment.day, month=month, year=moment.year)


def _local(time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(time).astimezone()
    except (ValueError, TypeError, OverflowError, OSError):
        return None


_MONTHS = (
    lambda: tr("January"),
    lambda: tr("February"),
    lambda: tr("March"),
    lambda: tr("April"),
    lambda: tr("May"),
    lambda: tr("June"),
    lambda: tr("July"),
    lambda: tr("August"),
    lambda: tr("September"),
    lambda: tr("October"),
    lambda: tr("November"),
    lambda: tr("December"),
)
