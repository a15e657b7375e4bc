"""A session whose lists have moods, and a request that says what was asked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.experts import Gaussian
from engine.encoders.wants import AXES, N_AXES
from engine.progress import Progress
from engine.ranking.query import ClipWants
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations
from tests.desktop.fake_session import FakeSession

POINTS = ((-0.8, -0.6), (0.7, 0.6), (0.1, -0.4), (-0.5, 0.8), (0.6, -0.7))
BY_PICTURE = (0.3, -0.2)
_DEVIATION = 0.25


def wants() -> ClipWants:
    mean = np.zeros(N_AXES, np.float32)
    mean[[AXES.index("valence"), AXES.index("arousal")]] = BY_PICTURE
    precision = np.full(N_AXES, 1 / _DEVIATION**2, np.float32)
    picture = Gaussian(mean, precision)
    # What the user said is in the wants, not in what the picture wants.
    return ClipWants((), Gaussian(mean + 0.5, precision), picture)


class MoodSession(FakeSession):
    """Lists its tracks with moods, and what the picture wants.

    Attributes:
        asked_moods: valence, arousal and area of each ranking.
    """

    def recommend(
        self, clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Recommendations:
        found = super().recommend(clip, options, progress)
        points = np.array(POINTS[: len(found.items)], np.float32)
        ranked = replace(found.ranked, points=points)
        return replace(found, clip=replace(clip, wants=wants()), ranked=ranked)

    @property
    def asked_moods(self) -> Sequence[tuple[float | None, float | None]]:
        """Valence and arousal of each ranking."""
        corrections = [options.correction for options in self.asked_options]
        return [(each.valence, each.arousal) for each in corrections]


@pytest.fixture
def session(tmp_path: Path) -> MoodSession:
    return MoodSession(tmp_path)
