"""Every frame of two hours: its timecode read back, and its time in samples."""

from fractions import Fraction

import numpy as np
import opentimelineio as otio
import pytest

from engine.export.music_files import time_reference
from engine.media.timecode import TimecodeBase, timecode_base

NTSC_24, NTSC_30, NTSC_60 = (Fraction(rate * 1000, 1001) for rate in (24, 30, 60))
each_counting = pytest.mark.parametrize(
    ("rate", "is_drop"),
    [(NTSC_30, True), (NTSC_60, True), (NTSC_24, False), (NTSC_30, False)],
    ids=["29.97 drop", "59.94 drop", "23.976", "29.97 non-drop"],
)


@pytest.mark.slow
@each_counting
def test_every_frame_of_two_hours_is_read_back(rate: Fraction, is_drop: bool) -> None:
    base = TimecodeBase(rate, is_drop)
    n_frames = int(2 * 3600 * rate)
    read = [timecode_base(rate, base.text(frame)).first_frame for frame in range(n_frames)]
    assert read == list(range(n_frames))


@each_counting
def test_opentimelineio_counts_the_same(rate: Fraction, is_drop: bool) -> None:
    base = TimecodeBase(rate, is_drop)
    for frame in range(0, int(2 * 3600 * rate), 7):
        time = otio.opentime.RationalTime(frame, float(rate))
        assert base.text(frame) == otio.opentime.to_timecode(time, float(rate), is_drop)


@each_counting
def test_every_frame_of_two_hours_has_its_own_time_reference(rate: Fraction, is_drop: bool) -> None:
    base = TimecodeBase(rate, is_drop, first_frame=round(3600 * rate))
    n_frames = int(2 * 3600 * rate)
    references = np.array([time_reference(base, frame) for frame in range(n_frames)])
    exact = (base.first_frame + np.arange(n_frames)) * 48_000 * rate.denominator / rate.numerator
    assert np.abs(references - exact.astype(np.float64)).max() <= 0.5 + 1e-6
    # The nearest sample leads back to the frame.
    back = np.rint(references * rate.numerator / (48_000 * rate.denominator))
    assert (back - base.first_frame == np.arange(n_frames)).all()


def test_the_time_reference_starts_again_at_midnight() -> None:
    base = timecode_base(Fraction(25), "23:59:59:24")
    assert time_reference(base, 0) == 24 * 3600 * 48_000 - 1920
    assert time_reference(base, 1) == 0
