"""The results as Markdown tables: mean ± spread over seeds, of one seed the value alone."""

from collections.abc import Sequence
from pathlib import Path

from engine.files import write_text
from engine.training.benchmark.results import RESULTS_NAME, TRAINING, Results
from engine.training.benchmark.sources import STRENGTHS, VALIDATION, strength_folder
from engine.training.systems.contract import TASTE_WEIGHTS

TABLES_NAME = "tables.md"
METRICS = (
    "recall@15", "ndcg@15", "recall@25", "ndcg@25", "recall@15_all", "ndcg@15_all",
    "true_ndcg@15", "taste_slope", "genre_divergence_true", "genre_divergence_chosen",
    "popularity_amplification",
)  # fmt: skip
FIT = ("fit_s", "fit_cpu_s", *TASTE_WEIGHTS)
_OF_SEEDS = "Mean ± standard deviation over seeds; without ± where there is one seed."
_OF_ONE_SEED = "One seed, {}: the spread isn't known."
SWEPT = (("do", "recall@15"), ("do", "true_ndcg@15"), ("do", "taste_slope"))


def write_tables(out: Path, description: str) -> Path:
    """Write the tables of a benchmark's folder from its results files and return their path.

    Args:
        out: the folder of the benchmark.
        description: what the data are, in a sentence; comes first.
    """
    results = Results(out / RESULTS_NAME)
    seeds = sorted({row.seed for row in results.rows})
    parts = [description, _OF_SEEDS if len(seeds) > 1 else _OF_ONE_SEED.format(*seeds or [0])]
    shown = [name for name in results.test_sets() if name != VALIDATION]
    parts += [part for name in shown for part in (f"## {name}", _of_test_set(results, name))]
    parts += ["## Training", _table(results, TRAINING, FIT)]
    swept = _of_strengths(out, results)
    if swept:
        parts += ["## Strength of taste on exposure and on choice", swept]
    path = out / TABLES_NAME
    write_text(path, "\n\n".join(parts) + "\n")
    return path


def _of_test_set(results: Results, test_set: str) -> str:
    return _table(results, test_set, METRICS)


def _table(results: Results, test_set: str, metrics: Sequence[str]) -> str:
    shown = [
        metric
        for metric in metrics
        if any(results.mean(*fit, test_set, metric) for fit in results.fits())
    ]
    rows = [
        (system, data, *(_cell(results, system, data, test_set, metric) for metric in shown))
        for system, data in results.fits()
        if any(results.mean(system, data, test_set, metric) for metric in shown)
    ]
    return as_markdown(("system", "data", *shown), rows)


def _of_strengths(out: Path, base: Results) -> str:
    rows: list[tuple[str, ...]] = []
    for exposure in STRENGTHS:
        for choice in STRENGTHS:
            path = out / strength_folder(exposure, choice) / RESULTS_NAME
            results = Results(path)
            if (exposure, choice) == (1.0, 1.0) and not results.rows:
                results = base
            rows += [
                (f"{exposure:g}", f"{choice:g}", *fit, *cells)
                for fit in results.fits()
                if any(cells := [_cell(results, *fit, *pair) for pair in SWEPT])
            ]
    if len({row[:2] for row in rows}) < 2:
        return ""
    return as_markdown(("exposure", "choice", "system", "data", *(m for _, m in SWEPT)), rows)


def _cell(results: Results, system: str, data: str, test_set: str, metric: str) -> str:
    found = results.mean(system, data, test_set, metric)
    return "" if found is None else str(found)


def as_markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns padded so that it reads well as text."""
    lines = [list(columns), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    texts = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])
