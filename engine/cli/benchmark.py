"""`soundbed benchmark`: every system on the same data, into one table."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Cancelled, InputError, TrainingError, display_path
from engine.translation import tr

if TYPE_CHECKING:
    from engine.progress import Progress
    from engine.training.data.benchmark_data import BenchmarkData
    from engine.training.simulation.parameters import SimulationConfig

# PyTorch takes so many.
_SEEDS = 2**32


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "benchmark",
        help=tr("compare matching systems on the same data"),
        description=tr(
            "Trains systems on the same data and measures them on the same test sets. Writes "
            "results.csv, tables and figures, and goes on where it stopped."
        ),
        allow_abbrev=False,
    )
    world = parser.add_mutually_exclusive_group(required=True)
    world.add_argument("--simulate", type=int, metavar="N", help=tr("make up so many videos"))
    world.add_argument(
        "--pairs",
        type=Path,
        metavar="DIR",
        help=tr(
            "a folder that “soundbed simulate” wrote, one in the format of DebCM's code, or your "
            "own edits as “soundbed train” reads them: a folder, a .csv table, a prepared .npz"
        ),
    )
    parser.add_argument(
        "--pgc", type=Path, metavar="SPEC", help=tr("edits by professionals beside your own edits")
    )
    parser.add_argument(
        "--systems",
        required=True,
        metavar="A,B,…",
        help=tr("names with commas, or “all”; an unknown name lists those there are"),
    )
    parser.add_argument("--seeds", default="0,1,2", metavar="N,…", help=tr("default: 0,1,2"))
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help=tr("the folder of the results")
    )
    parser.add_argument(
        "--data",
        metavar="A,B",
        help=tr(
            "learn from uploaders alone (ugc), from professionals too (ugc+pgc); default: both, "
            "as far as there are professionals' pairs"
        ),
    )
    parser.add_argument(
        "--splits",
        action="store_true",
        help=tr(
            "also cmvae, decrs and debcm with other genres in testing than in training (simulated "
            "data only)"
        ),
    )
    parser.add_argument(
        "--sweep",
        action="store_true",
        help=tr(
            "also cmvae, decrs and debcm with other strengths of taste, and debcm with other "
            "weights of the teacher"
        ),
    )
    parser.add_argument(
        "--search",
        action="store_true",
        help=tr("first search the weights of cmvae, decrs and debcm on validation"),
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="TOML",
        help=tr("a file of settings for all systems; the options here come before it"),
    )
    parser.add_argument("--epochs", type=int, metavar="N", help=tr("at most so many epochs"))
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), help=tr("where to compute"))
    parser.add_argument(
        "--allow-pickle",
        action="store_true",
        help=tr("read the Python objects in files of DebCM's format, arrays and text alone"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmark, and print what came of it."""
    if find_spec("torch") is None or find_spec("matplotlib") is None:
        raise TrainingError(
            tr("A benchmark needs PyTorch and Matplotlib, which aren't installed."),
            remedy=tr("Install them with: pip install “soundbed[train]”."),
        )
    from engine.cli.terminal import TerminalProgress, stopping_gently, warn
    from engine.training.compare_systems import Question, compare
    from engine.training.data.benchmark_data import BenchmarkData
    from engine.training.method.training_config import read_settings
    from engine.training.systems.contract import benchmark_config
    from engine.training.systems.registry import SYSTEMS

    options = {"n_epochs": arguments.epochs, "device": arguments.device}
    changes = {} if arguments.config is None else read_settings(arguments.config)
    changes |= {name: value for name, value in options.items() if value is not None}
    benchmark_config(**changes)  # refused here, not once for each fit
    systems = _listed("--systems", arguments.systems)
    with TerminalProgress() as progress, stopping_gently(progress):
        world = _world(arguments, progress)
    question = Question(
        world=world,
        systems=tuple(SYSTEMS) if systems == ("all",) else systems,
        seeds=_seeds(arguments.seeds),
        data=_listed("--data", arguments.data) if arguments.data is not None else _there(world),
        with_splits=arguments.splits,
        with_sweep=arguments.sweep,
        with_search=arguments.search,
        changes=changes,
    )
    if isinstance(question.world, BenchmarkData):
        for caution in question.world.ugc.cautions():
            warn(caution)
    try:
        with TerminalProgress() as progress, stopping_gently(progress):
            report = compare(question, arguments.out, progress)
    except Cancelled:
        warn(tr("Give the same command again to go on from here."))
        raise
    for name, reason in report.failures:
        warn(f"{name}: {reason}")
    print(
        tr("{n_fitted} fits measured, {n_kept} were there already: {folder}").format(
            n_fitted=report.n_fitted, n_kept=report.n_kept, folder=display_path(arguments.out)
        )
    )
    return 2 if report.failures else 0


def _world(
    arguments: argparse.Namespace, progress: "Progress"
) -> "SimulationConfig | BenchmarkData":
    from engine.training.data.benchmark_files import INDEX, load_benchmark
    from engine.training.data.features_cache import default_cache
    from engine.training.data.own_pairs import own_benchmark
    from engine.training.data.readers import read_spec
    from engine.training.data.reference_reader import TRAIN, read_reference
    from engine.training.simulation.parameters import SimulationConfig

    pairs, pgc = arguments.pairs, arguments.pgc
    prepared = pairs is None or (pairs / INDEX).exists() or (pairs / TRAIN).exists()
    if prepared and pgc is not None:
        raise InputError(
            tr("These data bring their own professionals' pairs."), remedy=tr("Leave out --pgc.")
        )
    if pairs is None:
        return SimulationConfig(n_videos=arguments.simulate)
    if (pairs / TRAIN).exists():
        return read_reference(pairs, arguments.allow_pickle)
    if prepared:
        return load_benchmark(pairs)
    specs = [spec for spec in (pairs, pgc) if spec is not None]
    sets = [read_spec(spec, default_cache(), progress).pairs for spec in specs]
    return own_benchmark(sets[0], sets[1] if pgc else None, 0, pairs, pgc)


def _there(world: "SimulationConfig | BenchmarkData") -> tuple[str, ...]:
    from engine.training.benchmark.results import DATA
    from engine.training.data.benchmark_data import BenchmarkData

    return DATA[:1] if isinstance(world, BenchmarkData) and world.pgc is None else DATA


def _listed(option: str, text: str) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not parts:
        raise InputError(
            tr("{option} names nothing.").format(option=option),
            remedy=tr("Write names with commas between them."),
        )
    return parts


def _seeds(text: str) -> tuple[int, ...]:
    try:
        seeds = tuple(dict.fromkeys(int(part) for part in _listed("--seeds", text)))
    except ValueError:
        seeds = (-1,)
    if not all(0 <= seed < _SEEDS for seed in seeds):
        raise InputError(
            tr("Seeds are whole numbers from 0 to {most}, not {text}.").format(
                most=_SEEDS - 1, text=text
            ),
            remedy=tr("Write them as 0,1,2."),
        )
    return seeds
