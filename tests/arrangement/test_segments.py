import pytest

from engine.arrangement.segments import Segment, times_in_item, times_in_track
from engine.errors import InputError

LOOPED = (Segment(0.0, 0.0, 2.0), Segment(1.0, 2.0, 2.0))


def test_ends_in_item_and_track() -> None:
    segment = Segment(10.0, 3.0, 4.0)
    assert (segment.item_end_s, segment.track_end_s) == (7.0, 14.0)


def test_times_of_the_track_in_the_item_and_back() -> None:
    assert times_in_item(LOOPED, [0.5, 1.5, 2.5, 9.0]).tolist() == [0.5, 1.5, 2.5, 3.5]
    assert times_in_track(LOOPED, [0.5, 1.5, 2.5, 3.5]).tolist() == [0.5, 1.5, 1.5, 2.5]


@pytest.mark.parametrize(
    "values",
    [
        (-1.0, 0.0, 1.0),
        (0.0, 0.0, 0.0),
        (0.0, float("nan"), 1.0),
        (0.0, float("inf"), 1.0),
        (0.0, 0.0, 1e300),
        (0.0, 0.0, 1.0, -0.1),
        (0.0, 0.0, 1.0, 0.6, 0.6),
    ],
)
def test_segments_that_make_no_sense_are_refused(values: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="segments"):
        Segment(*values)
