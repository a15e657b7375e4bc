"""Training: from finished edits to a matching pack, and the comparison of systems.

The stories are `preparation.py`, `train_pack.py` (in a process of its own: `train_isolated.py`),
`train_encoders.py`, `evaluate_pack.py`, `compare_packs.py`, `compare_systems.py` and
`compare_queries.py`. `train_pack` has two learners (`learners.py` is their contract),
`from_scratch.py` and `fine_tune.py`; `publishing.py` decides whether what they learnt
may take the place of the pack in use. Everything else is in folders, which import only from those
below them (`tests/import_graph.py` lists the order, and a test checks it):

| Folder | What | Imports from |
|---|---|---|
| `benchmark/` | systems fitted and measured on the same data | all below |
| `systems/` | the systems of the papers' comparison table | fitting, method, data |
| `fitting/` | batches, steps, saved states, several processes | method, data |
| `method/` | the papers: teacher, student, deconfounder, losses, export | data |
| `simulation/` | simulated uploaders, videos and tracks with a known true match | data |
| `data/` | pairs, edits and their features, tastes, splits, test sets | none of these |

This package and no other imports torch, and only where something needs it: the names below are
loaded when they are first used. `README.md` here maps the papers' equations to files, and has an
example.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.paths import cache_dir

if TYPE_CHECKING:
    from engine.training.benchmark.measure import measure
    from engine.training.compare_systems import Comparison
    from engine.training.data.benchmark_data import BenchmarkData, Queries, TestSet, TrainingData
    from engine.training.data.given_splits import given_splits
    from engine.training.data.loaders import Opening, load_data
    from engine.training.data.open_benchmark import open_benchmark
    from engine.training.data.own_pairs import own_benchmark
    from engine.training.data.pairs import PairSet, save_pairs
    from engine.training.data.rhythm import cmt_scores
    from engine.training.method.genre_classifier import Excerpts, fit_sequence_classifier
    from engine.training.method.training_config import TrainingConfig
    from engine.training.simulation.parameters import SimulationConfig
    from engine.training.simulation.simulated_data import simulate
    from engine.training.systems.contract import Scorer, System, benchmark_config
    from engine.training.systems.registry import make_system

# Read when matplotlib is first imported: its list of fonts belongs to our cache, not to the
# user's home.
os.environ.setdefault("MPLCONFIGDIR", str(cache_dir() / "matplotlib"))

_HOMES = {
    "measure": "benchmark.measure",
    "Comparison": "compare_systems",
    "BenchmarkData": "data.benchmark_data",
    "Queries": "data.benchmark_data",
    "TestSet": "data.benchmark_data",
    "TrainingData": "data.benchmark_data",
    "given_splits": "data.given_splits",
    "Opening": "data.loaders",
    "load_data": "data.loaders",
    "open_benchmark": "data.open_benchmark",
    "own_benchmark": "data.own_pairs",
    "PairSet": "data.pairs",
    "save_pairs": "data.pairs",
    "cmt_scores": "data.rhythm",
    "Excerpts": "method.genre_classifier",
    "fit_sequence_classifier": "method.genre_classifier",
    "TrainingConfig": "method.training_config",
    "SimulationConfig": "simulation.parameters",
    "simulate": "simulation.simulated_data",
    "Scorer": "systems.contract",
    "System": "systems.contract",
    "benchmark_config": "systems.contract",
    "make_system": "systems.registry",
}

__all__ = [
    "BenchmarkData",
    "Comparison",
    "Excerpts",
    "Opening",
    "PairSet",
    "Queries",
    "Scorer",
    "SimulationConfig",
    "System",
    "TestSet",
    "TrainingConfig",
    "TrainingData",
    "benchmark_config",
    "cmt_scores",
    "fit_sequence_classifier",
    "given_splits",
    "load_data",
    "make_system",
    "measure",
    "open_benchmark",
    "own_benchmark",
    "save_pairs",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
