import pytest

from engine.arrangement.gains import MUTED_DB, linear_gain, match_gain


def test_match_gain_reaches_the_target_unless_peaks_are_in_the_way() -> None:
    assert match_gain(-20.0, -12.0) == pytest.approx(6.0)
    assert match_gain(-20.0, -3.0) == pytest.approx(2.0)
    assert match_gain(-8.0, 0.5) == pytest.approx(-6.0)
    assert match_gain(-14.0, -1.0) == pytest.approx(0.0)


@pytest.mark.parametrize("loudness", [float("-inf"), float("nan"), -70.0])
def test_silence_is_not_raised(loudness: float) -> None:
    assert match_gain(loudness, -120.0) == 0.0


def test_linear_gain() -> None:
    assert linear_gain(0.0) == 1.0
    assert linear_gain(-20.0) == pytest.approx(0.1)
    assert linear_gain(MUTED_DB) == 0.0
