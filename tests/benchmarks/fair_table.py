"""The table of RESULTS.md from the folders of `soundbed benchmark`, and what each part earns.

    python -m tests.benchmarks.fair_table FOLDER [FOLDER …] [--against SYSTEM]

The first table has a row for each system and data setting. The second compares `--against` with
each other row by true NDCG@15 and recall under `do`: the mean over seeds of the ratio within each
seed, with its smallest and largest. A row that isn't in all seeds is compared over its own.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.training.benchmark.results import RESULTS_NAME, TRAINING, Results
from engine.training.benchmark.tables import as_markdown

COLUMNS = (
    ("T_diverse", "diverse", "recall@15"),
    ("T_matching", "matching", "recall@15"),
    ("do", "do", "recall@15"),
    ("do_own", "do_own", "recall@15"),
    ("true NDCG", "do", "true_ndcg@15"),
    ("slope", "do", "taste_slope"),
)
COMPARED = (("true NDCG", "do", "true_ndcg@15"), ("do", "do", "recall@15"))
Fit = tuple[str, str]


def table(folders: Sequence[Results]) -> str:
    """Return the table of all rows, in the order of the folders."""
    rows = []
    for results in folders:
        for fit in results.fits():
            cells = [_cell(results, fit, test, metric) for _, test, metric in COLUMNS]
            seconds = results.mean(*fit, TRAINING, "fit_cpu_s")
            weight = results.mean(*fit, TRAINING, "taste_log_weight")
            n_seeds = len(results.values(*fit, "do", "recall@15"))
            rows.append(
                (
                    *fit,
                    str(n_seeds),
                    *cells,
                    "" if weight is None else f"{weight.mean:.2f}",
                    "" if seconds is None else f"{seconds.mean:.0f}",
                )
            )
    names = [name for name, *_ in COLUMNS]
    return as_markdown(("system", "data", "seeds", *names, "a", "CPU-s"), rows)


def ratios(folders: Sequence[Results], against: str) -> str:
    """Return how a system compares with every other row of the same data setting."""
    rows = []
    for data in ("ugc", "ugc+pgc"):
        own = next((one for one in folders if (against, data) in one.fits()), None)
        if own is None:
            continue
        for results in folders:
            for fit in results.fits():
                if fit[1] == data and fit[0] != against:
                    cells = [
                        ratio(own.values(against, data, *of), results.values(*fit, *of))
                        for _, *of in COMPARED
                    ]
                    rows.append((*fit, *cells))
    return as_markdown((f"{against} beside", "data", *(name for name, *_ in COMPARED)), rows)


def ratio(own: dict[int, float], other: dict[int, float]) -> str:
    """Return mean, smallest and largest ratio over the seeds that both have."""
    found = np.array([own[seed] / other[seed] for seed in own if other.get(seed)])
    if not len(found):
        return ""
    spread = f" ({found.min():.2f} to {found.max():.2f})" if len(found) > 1 else ""
    return f"{found.mean():.2f}{spread}"


def _cell(results: Results, fit: Fit, test: str, metric: str) -> str:
    mean = results.mean(*fit, test, metric)
    return "" if mean is None else str(mean)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--against", default="cmvae+within+erasure")
    arguments = parser.parse_args()
    folders = [Results(folder / RESULTS_NAME) for folder in arguments.folders]
    print(table(folders), ratios(folders, arguments.against), sep="\n\n")


if __name__ == "__main__":
    main()
