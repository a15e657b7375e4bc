"""The results of simulated worlds: tables of each, and one of systems beside worlds."""

import json
from pathlib import Path

from engine.files import write_text
from engine.training.benchmark.results import Results
from engine.training.benchmark.sources import world_results
from engine.training.benchmark.tables import as_markdown, write_tables
from engine.training.simulation.worlds import DEFAULT, WORLDS

WORLD_NAME = "world.json"
"""In the folder of a world's results: what it was made with."""
WORLD_TABLES_NAME = "worlds.md"
_SHOWN = (
    ("validation", "recall@15", "Recall@15 on validation, which follows taste"),
    ("do", "recall@15", "Recall@15 under do"),
    ("do", "true_ndcg@15", "True NDCG@15 under do"),
    ("do", "taste_slope", "Taste slope under do (0 is right)"),
)


def write_world_tables(out: Path) -> Path | None:
    """Write the tables of all worlds that a folder has results of, and return the path.

    Args:
        out: the folder of the benchmark.

    Returns:
        The table of systems beside worlds; None when there is no world but the default one.
    """
    found = {name: Results(world_results(out, name)) for name in WORLDS}
    found = {name: results for name, results in found.items() if results.rows}
    for name, results in found.items():
        folder = results.path.parent
        if name != DEFAULT:
            write_tables(folder, f"World {name}. {_description(folder)}")
    if set(found) <= {DEFAULT}:
        return None
    parts = ["Simulated data. Mean ± standard deviation over seeds."]
    for test_set, metric, title in _SHOWN:
        parts += [f"## {title}", _across(found, test_set, metric)]
    path = out / WORLD_TABLES_NAME
    write_text(path, "\n\n".join(parts) + "\n")
    return path


def _across(found: dict[str, Results], test_set: str, metric: str) -> str:
    fits = dict.fromkeys(fit for results in found.values() for fit in results.fits())
    rows = [
        (*fit, *(_cell(results, *fit, test_set, metric) for results in found.values()))
        for fit in fits
    ]
    return as_markdown(("system", "data", *found), rows)


def _cell(results: Results, system: str, data: str, test_set: str, metric: str) -> str:
    found = results.mean(system, data, test_set, metric)
    return "" if found is None else str(found)


def _description(folder: Path) -> str:
    return str(json.loads((folder / WORLD_NAME).read_text(encoding="utf-8"))["description"])
