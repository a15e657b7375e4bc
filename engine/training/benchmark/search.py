"""Searches learning rate and weights on a validation set, with equal effort for each system.

A row of the table, a system with parts or without, gets as many trials as any other. Simulated
rows are searched in a smaller world of a seed that no result comes from (`sources.for_search`),
given data on the first seed's split.

Validation picks are the uploaders' own, with their bias, and the true match must not be used. So a
trial is judged by Recall@15 among 100 negatives (Eq. 11) with the weight of each query

    λ_v · ū_g / u_g ,

inverse popularity (Eq. 13) times the inverse propensity of the target's genre g for its uploader,
self-normalised and clipped (`inverse_taste_weights`): the recall as it would be if uploaders came
across all genres and liked them equally, as far as genres can tell. The plain Recall@15 is shown
next to it.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.errors import InputError
from engine.files import write_text
from engine.progress import Progress
from engine.training.benchmark.configured import Changes, MakeSystem, configured
from engine.training.benchmark.results import as_csv, read_csv
from engine.training.benchmark.search_spaces import Value, space_of
from engine.training.data.benchmark_data import TestSet, TrainingData
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import mean_taste
from engine.training.fitting.metrics import inverse_popularity_weights, inverse_taste_weights
from engine.training.systems.contract import Scorer, sampled_hits
from engine.training.systems.members import fit_members, scorer_of
from engine.training.systems.registry import make_system
from engine.translation import tr

SEARCH_NAME = "search.csv"
COLUMNS = ("system", "seed", "trial", "settings", "recall@15", "recall@15_fair", "chosen")
N_TRIALS = 6
_SEPARATOR = "/"
Settings = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting that was tried.

    Attributes:
        system: its name.
        seed: of data and fit.
        number: 0 for the defaults.
        settings: values of the searched fields.
        recall: validation Recall@15, weighted by inverse popularity.
        fair_recall: weighted by inverse taste as well; this one decides.
    """

    system: str
    seed: int
    number: int
    settings: Settings
    recall: float
    fair_recall: float


def draw_trials(system: str, n_trials: int = N_TRIALS, seed: int = 0) -> list[Settings]:
    """Return the settings to try: the defaults, then distinct draws from the grid.

    Args:
        system: its name, of which something is searched (`space_of`).
        n_trials: how many, the defaults included.
        seed: of the draws.
    """
    space = space_of(system)
    if space is None:
        raise ValueError(f"nothing is searched of {system}")
    grid = [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    drawn = np.random.default_rng(seed).permutation(len(grid) - 1)[: n_trials - 1] + 1
    return [grid[0], *(grid[int(row)] for row in drawn)]


def validation_recall(
    scorer: Scorer, validation: TestSet, training: PairSet
) -> tuple[float, float]:
    """Return Recall@15 by inverse popularity, and by inverse popularity and taste.

    Args:
        scorer: a fitted system.
        validation: picks that training never saw.
        training: the uploaders' training pairs, for ū and the tracks' genres.
    """
    hits = sampled_hits(scorer, validation)
    plain = inverse_popularity_weights(validation.popularity)
    fair = plain * inverse_taste_weights(
        validation.queries.tastes, training.genres[validation.targets], mean_taste(training)
    )
    return float(plain @ hits), float(fair @ hits / fair.sum())


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """Which systems are searched, and how thoroughly.

    Attributes:
        systems: names of systems, with parts or without; those with a space are searched.
        seed: of the fits and of the draws.
        changes: of all systems' configuration.
        n_trials: for each system.
    """

    systems: Sequence[str]
    seed: int
    changes: Changes = field(default_factory=Changes)
    n_trials: int = N_TRIALS


def search(
    data: TrainingData,
    plan: SearchPlan,
    out: Path,
    progress: Progress,
    make: MakeSystem = make_system,
) -> dict[str, Settings]:
    """Try equally many settings of each system and return the best of each.

    Each trial is written to `SEARCH_NAME` when it ends; existing ones aren't made again. All are
    made with professionals' pairs where there are any, and serve both data settings.

    Args:
        data: what is learnt from; its validation set decides.
        plan: what is searched.
        out: the folder of the benchmark.
        progress: steps with each trial.
        make: makes a system by its name and settings.

    Raises:
        InputError: when the file of trials is damaged.
        Cancelled: when the user stopped it; finished trials are kept.
    """
    path, seed, validation = out / SEARCH_NAME, plan.seed, data.validation
    assert validation is not None
    trials = read_trials(path)
    wanted = [name for name in plan.systems if space_of(name) is not None]
    remaining = [
        (name, number, settings)
        for name in wanted
        for number, settings in enumerate(draw_trials(name, plan.n_trials, seed))
        if not any((t.system, t.seed, t.settings) == (name, seed, settings) for t in trials)
    ]
    for n_done, (name, number, settings) in enumerate(remaining):
        progress.step(
            tr("Searching for weights of {name}").format(name=name), n_done, len(remaining)
        )
        system, config = configured(make, name, settings, plan.changes, seed)
        scorer = scorer_of(fit_members(data, config, progress, system=system))
        recalls = validation_recall(scorer, validation, data.ugc)
        trials.append(Trial(name, seed, number, settings, *(round(r, 6) for r in recalls)))
        write_trials(path, trials)
    return {name: best_trial(trials, name, seed).settings for name in wanted}


def best_trial(trials: Sequence[Trial], system: str, seed: int) -> Trial:
    """Return the trial with the highest fair recall; of equal ones the earliest."""
    own = [trial for trial in trials if (trial.system, trial.seed) == (system, seed)]
    return max(own, key=lambda trial: (trial.fair_recall, -trial.number))


def read_trials(path: Path) -> list[Trial]:
    """Read a file of trials; a missing one has none.

    Raises:
        InputError: when the file holds something else.
    """
    try:
        return [
            Trial(
                cells[0], int(cells[1]), int(cells[2]), _parsed(cells[3]), *map(float, cells[4:6])
            )
            for cells in read_csv(path, COLUMNS)
        ]
    except ValueError as error:
        raise InputError(
            tr("the file contains no trials of a search ({reason}).").format(reason=error),
            path=path,
            remedy=tr("Choose another folder, or move the file away to start over."),
        ) from error


def write_trials(path: Path, trials: Sequence[Trial]) -> None:
    """Write all trials, with the best of each system and seed marked as chosen."""
    best = {(t.system, t.seed): best_trial(trials, t.system, t.seed) for t in trials}
    rows = [
        (
            trial.system,
            trial.seed,
            trial.number,
            " ".join(f"{name}={_text(value)}" for name, value in trial.settings.items()),
            trial.recall,
            trial.fair_recall,
            "yes" if best[trial.system, trial.seed] is trial else "no",
        )
        for trial in trials
    ]
    write_text(path, as_csv(COLUMNS, rows))


def _text(value: Value) -> str:
    return _SEPARATOR.join(f"{one:g}" for one in (value if isinstance(value, tuple) else (value,)))


def _parsed(text: str) -> Settings:
    return {name: _value(value) for name, value in (part.split("=") for part in text.split())}


def _value(text: str) -> Value:
    numbers = tuple(float(one) for one in text.split(_SEPARATOR))
    return numbers if len(numbers) > 1 else numbers[0]
