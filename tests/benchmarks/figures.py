"""Tables of figures over seeds."""

from collections.abc import Mapping, Sequence

import numpy as np


def mean_and_spread(values: Sequence[float]) -> str:
    """Return mean and standard deviation, such as ".831 ± .004"."""
    found = np.asarray(values, float)
    return f"{_short(found.mean())} ± {_short(found.std())}"


def print_seeds(rows: Mapping[str, Sequence[Mapping[str, float]]]) -> None:
    """Print a table in Markdown: a row for each system, a column for each figure.

    Args:
        rows: for each system the figures of each seed, with the same names everywhere.
    """
    names = list(next(iter(rows.values()))[0])
    print(f"| | {' | '.join(names)} |")
    print("|---" * (len(names) + 1) + "|")
    for system, seeds in rows.items():
        cells = [mean_and_spread([seed[name] for seed in seeds]) for name in names]
        print(f"| {system} | {' | '.join(cells)} |")
    print(flush=True)


def _short(value: float) -> str:
    if abs(value) >= 1:
        return f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    return f"{value:.3f}".replace("0.", ".", 1)
