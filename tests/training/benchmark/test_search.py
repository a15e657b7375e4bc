from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import InputError
from engine.progress import Progress, silent
from engine.training.benchmark import search as searching
from engine.training.benchmark.search import (
    SearchPlan,
    Trial,
    best_trial,
    draw_trials,
    read_trials,
    search,
    validation_recall,
    write_trials,
)
from engine.training.benchmark.search_spaces import SPACES, space_of
from engine.training.data.benchmark_data import Queries
from engine.training.systems.contract import System, benchmark_config
from engine.training.systems.parts import without_parts
from engine.training.systems.registry import SYSTEMS, make_system
from tests.training import hand_made

DATA = hand_made.make_data().training(with_pgc=True)


def make(name: str, **settings: float) -> System:
    return hand_made.make_fake(name, **{field: int(v) for field, v in settings.items()})


@pytest.fixture
def spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    space = {"off": (20.0, 10.0, 0.0)}
    spaces = {"wrong": space, "right": space}
    monkeypatch.setattr("engine.training.benchmark.search_spaces.SPACES", spaces)


def test_the_same_effort_for_each_system() -> None:
    for name, space in SPACES.items():
        trials = draw_trials(name, 8)
        assert len({tuple(trial.items()) for trial in trials}) == 8
        assert trials[0] == {field: values[0] for field, values in space.items()}


@pytest.mark.parametrize("name", SPACES)
def test_the_first_trial_is_the_default(name: str) -> None:
    system, config = without_parts(make_system(name)), benchmark_config()
    for field, values in SPACES[name].items():
        assert getattr(system, field, getattr(config, field, None)) == values[0], field


def test_the_best_is_found_and_kept(
    tmp_path: Path, fits: list[hand_made.Fit], spaces: None
) -> None:
    found = search(DATA, SearchPlan(("wrong", "right"), 0, n_trials=3), tmp_path, silent(), make)
    assert found == {"wrong": {"off": 0.0}, "right": {"off": 0.0}}
    assert len(fits) == 6
    text = (tmp_path / "search.csv").read_text()
    assert text.count("yes") == 2 and "wrong,0,0,off=20,0.0,0.0,no\n" in text


def test_a_search_resumes_where_it_stopped(
    tmp_path: Path, fits: list[hand_made.Fit], spaces: None
) -> None:
    search(DATA, SearchPlan(("wrong",), 0, n_trials=3), tmp_path, silent(), make)
    search(DATA, SearchPlan(("wrong", "right"), 0, n_trials=3), tmp_path, silent(), make)
    assert len(fits) == 6
    progress = Progress()
    progress.cancel()
    plan = SearchPlan(("right",), 0, n_trials=3)
    assert search(DATA, plan, tmp_path, progress, make) == {"right": {"off": 0.0}}


class OnlyEven(hand_made.ByDistance):
    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        scores = super().score(queries, candidates)
        scores[queries.video_vectors[:, 0] % 2 == 1] *= -1
        return scores


def test_picks_against_taste_count_more() -> None:
    data = hand_made.make_data()
    # Finds the jazz targets (even) alone: as many queries, but of pop people for the most part.
    scorer = OnlyEven(0)
    test = data.validation
    plain, fair = validation_recall(scorer, test, data.ugc)
    own = test.queries.tastes[np.arange(12), np.arange(12) % 2]
    popularity = test.popularity.astype(float)
    weights = 1 / popularity * (0.5 + 0.02) / (own + 0.02)
    hits = np.arange(12) % 2 == 0
    assert plain == pytest.approx(np.average(hits, weights=1 / popularity))
    assert fair == pytest.approx(np.average(hits, weights=weights), abs=0.02)
    assert fair > plain


def test_every_row_is_searched_as_much_with_its_own_name(
    tmp_path: Path, fits: list[hand_made.Fit], monkeypatch: pytest.MonkeyPatch
) -> None:
    spaces = {"right": {"off": (20.0, 10.0, 0.0)}}
    monkeypatch.setattr("engine.training.benchmark.search_spaces.SPACES", spaces)
    rows = ("right", "right+within", "random")
    found = search(DATA, SearchPlan(rows, 0, n_trials=2), tmp_path, silent(), make)
    assert list(found) == ["right", "right+within"]
    trials = read_trials(tmp_path / "search.csv")
    assert [trial.system for trial in trials] == ["right"] * 2 + ["right+within"] * 2


def test_every_learned_system_is_searched_by_rate_and_two_or_three_weights() -> None:
    # A closed form that chooses for itself, two that learn nothing to search for, and the shipped
    # recipe, which is compared as it ships.
    assert set(SPACES) == set(SYSTEMS) - {"cca", "popularity", "random", "shipped"}
    for name, space in SPACES.items():
        assert "learning_rate" in space and 3 <= len(space) <= 4, name
    assert space_of("cmvae+within") is SPACES["cmvae"]
    assert space_of("popularity") is None


def test_polynomials_come_back_from_the_file(tmp_path: Path) -> None:
    trial = Trial("uwml", 0, 1, {"positive": (0.5, -0.7, 0.2), "dropout": 0.4}, 0.5, 0.25)
    write_trials(tmp_path / "search.csv", [trial])
    assert read_trials(tmp_path / "search.csv") == [trial]


def test_equal_trials_keep_the_default() -> None:
    trials = [Trial("debcm", 0, n, {"a": n}, 0.9 - n, 0.5) for n in range(3)]
    assert best_trial(trials, "debcm", 0).number == 0


def test_a_damaged_file_of_trials(tmp_path: Path) -> None:
    path = tmp_path / "search.csv"
    path.write_text(",".join(searching.COLUMNS) + "\ndebcm,0,0,weight,0.5,0.5,no\n")
    with pytest.raises(InputError, match=r"search\.csv.*contains no trials"):
        read_trials(path)
