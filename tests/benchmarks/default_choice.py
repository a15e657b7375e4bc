"""Which candidate is the default, from the folder of `soundbed benchmark --worlds all`.

    python -m tests.benchmarks.default_choice FOLDER [--candidates A,B,…]
    python -m tests.benchmarks.default_choice FOLDER --beside SYSTEM

The first prints each candidate's true NDCG@15 under `do` with professionals' pairs in each world,
as a share of the best candidate's, the mean share without these pairs, and the choice: the first
candidate, from simple to complicated, whose mean share is at most .03 below the best mean and whose
smallest share is at most .10 below the best smallest one; if none has both, the one with the best
smallest share. The second prints how one system compares with the best other one of each world and
data setting: the mean over seeds of the ratio within each seed, with its smallest and largest.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.training.benchmark.results import DATA, Results
from engine.training.benchmark.sources import world_results
from engine.training.benchmark.tables import as_markdown
from engine.training.simulation.worlds import WORLDS
from tests.benchmarks.fair_table import COMPARED, ratio

CANDIDATES = (
    "cca+within+erasure",
    "cmvae+within+erasure",
    "debcm-none+within+erasure",
    "cmvae-guarded",
)
"""From simple to complicated."""
MEAN_MARGIN, SMALLEST_MARGIN = 0.03, 0.10
Shares = Mapping[str, Sequence[float]]
"""Of each candidate, in each world."""


def worlds_of(folder: Path) -> dict[str, Results]:
    """Return the results of every world that a folder has."""
    found = {name: Results(world_results(folder, name)) for name in WORLDS}
    return {name: results for name, results in found.items() if results.rows}


def shares(
    worlds: Mapping[str, Results], candidates: Sequence[str], data: str
) -> dict[str, list[float]]:
    """Return each candidate's true NDCG in each world, as a share of the best candidate's."""
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for results in worlds.values():
        values = {name: _mean(results, name, data) for name in candidates}
        for name, value in values.items():
            found[name].append(value / max(values.values()))
    return found


def choose(found: Shares) -> str:
    """Return the default by the rule.

    Args:
        found: of the candidates, from simple to complicated.
    """
    means = {name: sum(values) / len(values) for name, values in found.items()}
    smallest = {name: min(values) for name, values in found.items()}
    for name in found:
        is_good = means[name] >= max(means.values()) - MEAN_MARGIN
        if is_good and smallest[name] >= max(smallest.values()) - SMALLEST_MARGIN:
            return name
    return max(smallest, key=lambda name: smallest[name])


def beside(worlds: Mapping[str, Results], system: str) -> str:
    """Return a table of how a system compares with the best other one, by each measure."""
    rows = []
    for world, results in worlds.items():
        for data in DATA:
            if (system, data) not in results.fits():
                continue
            cells = [
                _beside_best(results, system, data, test, metric) for _, test, metric in COMPARED
            ]
            rows.append((world, data, *cells))
    return as_markdown(("world", "data", *(name for name, _, _ in COMPARED)), rows)


def _beside_best(results: Results, system: str, data: str, test: str, metric: str) -> str:
    others = {name for name, of in results.fits() if of == data} - {system}
    means = {name: results.mean(name, data, test, metric) for name in sorted(others)}
    known = {name: mean.mean for name, mean in means.items() if mean is not None}
    best = max(known, key=lambda name: known[name])
    own, other = (results.values(name, data, test, metric) for name in (system, best))
    return f"{ratio(own, other)} {best}"


def _mean(results: Results, system: str, data: str) -> float:
    found = results.mean(system, data, "do", "true_ndcg@15")
    if found is None:
        raise SystemExit(f"{results.path} has no {system} with {data}")
    return found.mean


def _mean_shares(found: Shares) -> list[str]:
    return [f"{sum(values) / len(values):.3f}" for values in found.values()]


def main() -> None:
    """Print the choice, or the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--candidates", default=",".join(CANDIDATES))
    parser.add_argument("--beside", metavar="SYSTEM")
    arguments = parser.parse_args()
    worlds = worlds_of(arguments.folder)
    if arguments.beside:
        print(beside(worlds, arguments.beside))
        return
    candidates = arguments.candidates.split(",")
    without, found = (shares(worlds, candidates, data) for data in DATA)
    rows = [
        (
            world,
            *(
                f"{_mean(results, name, DATA[1]):.3f} ({found[name][number]:.2f})"
                for name in candidates
            ),
        )
        for number, (world, results) in enumerate(worlds.items())
    ]
    rows.append(("mean share", *_mean_shares(found)))
    rows.append(("smallest share", *(f"{min(found[one]):.3f}" for one in candidates)))
    rows.append((f"mean share, {DATA[0]}", *_mean_shares(without)))
    print(as_markdown(("world", *candidates), rows))
    print(f"\nThe default: {choose(found)}")


if __name__ == "__main__":
    main()
