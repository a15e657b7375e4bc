"""Timecode, against slow counting and against known values."""

from fractions import Fraction

import pytest

from engine.media.timecode import TimecodeBase, can_drop, timecode_base

NTSC = Fraction(30_000, 1001)


def counted(rate: Fraction, is_drop: bool, n_frames: int) -> list[str]:
    """The slow twin: number frame after frame, and skip the numbers that are left out."""
    per_second = round(rate)
    n_dropped = per_second // 15 if is_drop else 0
    hours = minutes = seconds = frames = 0
    mark = ";" if is_drop else ":"
    found = []
    for _ in range(n_frames):
        found.append(f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{frames:02d}")
        frames += 1
        if frames == per_second:
            frames, seconds = 0, seconds + 1
        if seconds == 60:
            seconds, minutes = 0, minutes + 1
            if minutes % 10:
                frames = n_dropped
        if minutes == 60:
            minutes, hours = 0, hours + 1
    return found


@pytest.mark.parametrize(
    ("rate", "is_drop"),
    [
        (NTSC, True),
        (2 * NTSC, True),
        (NTSC, False),
        (Fraction(24_000, 1001), False),
        (Fraction(25), False),
    ],
)
def test_every_frame_of_two_hours(rate: Fraction, is_drop: bool) -> None:
    n_frames = int(2 * 3600 * rate)
    base = TimecodeBase(rate, is_drop)
    expected = counted(rate, is_drop, n_frames)
    assert [base.text(frame) for frame in range(n_frames)] == expected
    for frame in range(0, n_frames, 997):
        assert timecode_base(rate, expected[frame]) == TimecodeBase(rate, is_drop, frame)


def test_drop_frame_follows_the_clock() -> None:
    base = TimecodeBase(NTSC, True)
    assert base.text(1799) == "00:00:59;29"
    assert base.text(1800) == "00:01:00;02"
    assert base.text(17982) == "00:10:00;00"
    assert base.text(round(3600 * NTSC)) == "01:00:00;00"


def test_a_clip_starts_at_its_own_timecode_and_passes_midnight() -> None:
    assert timecode_base(Fraction(25), "10:00:00:05").text(20) == "10:00:01:00"
    assert timecode_base(NTSC, "01:00:59;29").text(1) == "01:01:00;02"
    assert timecode_base(NTSC, "23:59:59;29").text(1) == "00:00:00;00"
    assert timecode_base(Fraction(120), "00:00:00:119").text(1) == "00:00:01:000"


def test_without_a_timecode_counting_starts_at_zero_with_drop_frame_where_it_exists() -> None:
    for start in (None, "", "noon", "25:00:00:00", "00:00:00;31", "00:01:00;01", "00:61:00:00"):
        assert timecode_base(NTSC, start) == TimecodeBase(NTSC, True)
    assert timecode_base(Fraction(25), "00:00:00:25") == TimecodeBase(Fraction(25))
    assert timecode_base(Fraction(25), "00:00:00;10") == TimecodeBase(Fraction(25), False, 10)
    assert timecode_base(NTSC, "00:01:00:01") == TimecodeBase(NTSC, False, 1801)


def test_only_multiples_of_29_97_drop() -> None:
    assert [can_drop(rate) for rate in (NTSC, 2 * NTSC, Fraction(30), Fraction(24_000, 1001))] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(ValueError, match="no timecode"):
        TimecodeBase(Fraction(25), True)
