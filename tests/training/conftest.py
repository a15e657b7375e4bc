"""Fixtures of the tests of training."""

import pytest

from tests.training.hand_made import FakeSystem, Fit


@pytest.fixture
def fits() -> list[Fit]:
    """What the fake systems fitted, in order."""
    FakeSystem.fits = []
    return FakeSystem.fits
