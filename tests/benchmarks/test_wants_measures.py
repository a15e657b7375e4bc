import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.wants import WANTED_GENRES, WANTED_MOODS
from tests.benchmarks.figures import mean_and_spread
from tests.benchmarks.wants_measures import Judgement, Variety, Written, dealt, dealt_measures
from wants.tables import Wants, read_rows

SHARED = Path(__file__).resolve().parents[3] / "shared/data/wants"
ASKED = Wants.parse(
    {
        "moods": "calm:0.7;dreamy:0.2",
        "genres": "ambient:0.8;jazz:0.3",
        "avoid_moods": "tense",
        "avoid_genres": "metal",
    }
)


def written(*tracks: tuple[str, tuple[str, ...]]) -> Written:
    return Written(
        np.array([WANTED_GENRES.index(genre) for genre, _ in tracks]),
        np.array([[mood in moods for mood in WANTED_MOODS] for _, moods in tracks]),
    )


TRACKS = written(
    ("ambient", ("calm", "dark")),  # fits strictly
    ("jazz", ("calm", "happy")),  # fits; the genre's weight is low
    ("ambient", ("calm", "tense")),  # wrong by its mood
    ("metal", ("dreamy", "dark")),  # wrong by its genre
    ("pop", ("happy", "dark")),  # neither
)


def test_a_track_fits_strictly_fits_or_is_wrong() -> None:
    judgement = Judgement.of([ASKED], TRACKS)
    assert judgement.fits.tolist() == [[True, True, False, False, False]]
    assert judgement.strictly.tolist() == [[True, False, False, False, False]]
    assert judgement.wrong.tolist() == [[False, False, True, True, False]]


def test_measures_of_the_best_and_the_worst_list() -> None:
    judgement = Judgement.of([ASKED], TRACKS)
    best, worst = np.array([[0, 1, 4, 2, 3]]), np.array([[3, 2, 4, 1, 0]])
    assert judgement.measure(best)[0].tolist() == [0.4, 0.2, 0.4, 0.0, 1.0]
    assert judgement.measure(worst)[0].tolist() == [0.4, 0.2, 0.4, 1.0, 0.0]
    assert judgement.oracle_orders()[0].tolist()[:2] == [0, 1]
    assert judgement.one_list()[0] == 0
    assert judgement.chance()[0].tolist() == [0.4, 0.2, 0.4, 0.4, 0.5]


def test_without_a_fitting_track_there_is_no_auc() -> None:
    judgement = Judgement.of([ASKED], written(("pop", ("happy",)), ("metal", ("dark",))))
    assert np.isnan(judgement.measure(np.array([[0, 1]]))[0, -1])


def test_lists_are_dealt_to_clips_of_other_groups() -> None:
    groups = ["a", "a", "a", "b", "c"]
    for rows in dealt(groups, 20, seed=0):
        assert all(groups[row] != group for row, group in zip(rows, groups, strict=True))


def test_dealt_lists_that_are_all_the_same_measure_the_same() -> None:
    judgement = Judgement.of([ASKED, ASKED], TRACKS)
    orders = np.array([[0, 1, 4, 2, 3]] * 2)
    found = dealt_measures(judgement, orders, ["a", "b"])
    np.testing.assert_allclose(found, judgement.measure(orders)[0])


def test_variety_counts_tracks_and_compares_genres() -> None:
    orders = np.array([[0, 1, 2, 3, 4], [0, 2, 1, 3, 4]])
    found = Variety.of(orders, orders, TRACKS, 2)
    assert (found.n_in_top, found.most_in_top, found.most_first) == (3, 1.0, 1.0)
    assert found.genre_ratio == 1.0


def test_figures_have_mean_and_spread() -> None:
    assert mean_and_spread([0.5, 0.7]) == ".600 ± .100"
    assert mean_and_spread([120.0, 122.0]) == "121 ± 1.0"
    assert mean_and_spread([-0.25]) == "-.250 ± .000"


# The judge leaves its table open.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data aren't there")
def test_the_measures_are_those_of_the_shared_judge() -> None:
    spec = importlib.util.spec_from_file_location("shared_fit", SHARED / "fit.py")
    assert spec is not None and spec.loader is not None
    judge = importlib.util.module_from_spec(spec)
    sys.modules["shared_fit"] = judge
    try:
        spec.loader.exec_module(judge)
    finally:
        del sys.modules["shared_fit"]
    files = sorted(judge.LIBRARY)
    rows = read_rows(SHARED / "wants.csv")[:30]
    judgement = Judgement.of([Wants.parse(row) for row in rows],
                             Written.read(SHARED / "library.csv", files))  # fmt: skip
    orders = np.stack([np.random.default_rng(n).permutation(len(files)) for n in range(len(rows))])
    found = judgement.measure(orders)
    for row, order, values in zip(rows, orders, found, strict=True):
        asked = judge.Wants(
            row["file"],
            _weights(row["moods"]),
            _names(row["avoid_moods"]),
            _weights(row["genres"]),
            _names(row["avoid_genres"]),
            *("", "", "", Path(), ""),
        )
        tracks = [judge.LIBRARY[files[index]] for index in order]
        np.testing.assert_allclose(values, judge.measure(tracks, asked, 5))


def _weights(text: str) -> dict[str, float]:
    return {part.split(":")[0]: float(part.split(":")[1]) for part in text.split(";") if part}


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(";")))
