"""Tone mapping of known levels."""

import numpy as np
import numpy.typing as npt
import pytest

from engine.media.tone import HLG, PQ, tone_map


def coded(level: float) -> npt.NDArray[np.uint16]:
    return np.full((2, 2, 3), round(level * 65_535), np.uint16)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_black_stays_black_and_grey_stays_grey(transfer: int) -> None:
    assert tone_map(coded(0.0), transfer).max() == 0
    grey = tone_map(coded(0.5), transfer)
    assert grey.min() == pytest.approx(int(grey.max()), abs=1)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_more_light_is_never_darker(transfer: int) -> None:
    ramp = np.linspace(0, 65_535, 1000).astype(np.uint16)
    shown = tone_map(np.repeat(ramp[None, :, None], 3, axis=2), transfer)[0, :, 0].astype(int)
    assert (np.diff(shown) >= 0).all()
    assert shown[-1] == 255


def test_a_thousand_nits_are_full_white() -> None:
    # ST 2084 codes 1000 nits as 0.7518; 203 nits (diffuse white) as 0.5807.
    assert tone_map(coded(0.7518), PQ).min() >= 254
    # The curve above the knee gives it 0.765 of the light; BT.1886 codes that as 228.1.
    assert tone_map(coded(0.5807), PQ).mean() == pytest.approx(228.1, abs=1)


def test_what_is_darker_than_the_knee_stays_as_it_is() -> None:
    # ST 2084 codes 40.6 nits, a fifth of diffuse white, as 0.4207; BT.1886 codes 0.2 as 130.4.
    assert tone_map(coded(0.4207), PQ).mean() == pytest.approx(130.4, abs=1)


def test_wide_gamut_red_becomes_red() -> None:
    pixels = np.zeros((1, 1, 3), np.uint16)
    pixels[..., 0] = 38_000
    red, green, blue = tone_map(pixels, PQ)[0, 0].tolist()
    assert red > 150
    assert green == blue == 0
