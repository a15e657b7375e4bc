"""`soundbed benchmark`: every system on the same data, in one table."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.shared_options import add_pickle_option
from engine.errors import Cancelled, InputError, TrainingError, display_path
from engine.translation import tr

if TYPE_CHECKING:
    from engine.progress import Progress
    from engine.training.compare_systems import Comparison
    from engine.training.data.split_data import SplitData
    from engine.training.simulation.parameters import SimulationConfig

# The largest seed that PyTorch accepts.
_N_SEEDS = 2**32


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "benchmark",
        help=tr("compare matching systems on the same data"),
        description=tr(
            "Trains systems on the same data and measures them on the same test sets. Writes "
            "results.csv, the rank of every query, losses, tables and figures, and resumes where "
            "it stopped."
        ),
        allow_abbrev=False,
    )
    _add_data(parser)
    parser.add_argument(
        "--systems",
        required=True,
        metavar="A,B,…",
        help=tr("names separated by commas, or “all”; an unknown name lists the valid ones"),
    )
    parser.add_argument("--seeds", default="0,1,2", metavar="N,…", help=tr("default: 0,1,2"))
    _add_outputs(parser)
    _add_variants(parser)
    parser.add_argument(
        "--config",
        type=Path,
        metavar="TOML",
        help=tr("a file of settings for all systems; the options here take precedence"),
    )
    parser.add_argument("--epochs", type=int, metavar="N", help=tr("maximum number of epochs"))
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), help=tr("device to compute on")
    )
    parser.set_defaults(run=run)


def _add_data(parser: argparse.ArgumentParser) -> None:
    world = parser.add_mutually_exclusive_group(required=True)
    world.add_argument("--simulate", type=int, metavar="N", help=tr("simulate this many videos"))
    world.add_argument(
        "--pairs",
        type=Path,
        metavar="FOLDER",
        help=tr(
            "a folder that “soundbed simulate” wrote, one in the format of DebCM's code, or your "
            "own edits as “soundbed train” reads them: a folder, a .csv table, a prepared .npz"
        ),
    )
    parser.add_argument(
        "--pgc",
        type=Path,
        metavar="SPEC",
        help=tr("edits by professionals, in addition to your own"),
    )
    parser.add_argument(
        "--data",
        metavar="A,B",
        help=tr(
            "learn from uploaders alone (ugc), from professionals too (ugc+pgc); default: both, "
            "if there are professionals' pairs"
        ),
    )
    add_pickle_option(parser)


def _add_variants(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--splits",
        action="store_true",
        help=tr(
            "also run with other genres in testing than in training and, on your own pairs, on "
            "the later picks of each uploader; on simulated data four systems alone"
        ),
    )
    parser.add_argument(
        "--worlds",
        metavar="A,B,…",
        help=tr(
            "run on these simulated worlds, or on “all”, and compare them in worlds.md; an unknown"
            " name lists the valid ones"
        ),
    )
    parser.add_argument(
        "--sweep",
        action="store_true",
        help=tr(
            "also run four systems with other strengths of taste, and debcm with "
            "other teacher weights"
        ),
    )
    parser.add_argument(
        "--search",
        action="store_true",
        help=tr(
            "first search for the best learning rate and weights of each system, by validation"
        ),
    )


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help=tr("the folder for the results")
    )
    parser.add_argument(
        "--save-models",
        action="store_true",
        help=tr("save the encoders of each fit as ONNX, where a system is two encoders"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmark, and print the outcome."""
    if find_spec("torch") is None or find_spec("matplotlib") is None:
        raise TrainingError(
            tr("A benchmark needs PyTorch and Matplotlib, which aren't installed."),
            remedy=tr("Install them with: pip install “soundbed[train]”."),
        )
    from engine.cli.terminal import TerminalProgress, stopping_gently, warn, warn_of_files
    from engine.training.compare_systems import compare_systems
    from engine.training.data.split_data import SplitData

    comparison = _comparison(arguments)
    if isinstance(comparison.world, SplitData):
        for caution in comparison.world.first.ugc.cautions():
            warn(caution)
        warn_of_files(comparison.world.skipped)
    try:
        with TerminalProgress() as progress, stopping_gently(progress):
            report = compare_systems(comparison, arguments.out, progress)
    except Cancelled:
        warn(tr("Run the same command again to resume."))
        raise
    for name, reason in report.failures:
        warn(f"{name}: {reason}")
    print(
        tr("{n_fitted} fits measured, {n_kept} already done: {folder}").format(
            n_fitted=report.n_fitted, n_kept=report.n_kept, folder=display_path(arguments.out)
        )
    )
    return 2 if report.failures else 0


def _comparison(arguments: argparse.Namespace) -> "Comparison":
    from engine.cli.terminal import TerminalProgress, stopping_gently
    from engine.training.compare_systems import Comparison
    from engine.training.systems.registry import SYSTEMS

    changes = _changes(arguments)
    systems = _listed("--systems", arguments.systems)
    with TerminalProgress() as progress, stopping_gently(progress):
        world = _world(arguments, progress)
    return Comparison(
        world=world,
        systems=tuple(SYSTEMS) if systems == ("all",) else systems,
        seeds=_seeds(arguments.seeds),
        data=_listed("--data", arguments.data) if arguments.data is not None else _all_data(world),
        worlds=_worlds(arguments.worlds),
        with_splits=arguments.splits,
        with_sweep=arguments.sweep,
        with_search=arguments.search,
        changes=changes,
        saves_models=arguments.save_models,
    )


def _changes(arguments: argparse.Namespace) -> dict[str, Any]:
    from engine.training.method.training_config import read_settings
    from engine.training.systems.contract import benchmark_config

    options = {"n_epochs": arguments.epochs, "device": arguments.device}
    changes = {} if arguments.config is None else read_settings(arguments.config)
    changes |= {name: value for name, value in options.items() if value is not None}
    benchmark_config(**changes)  # refuses a wrong setting here, not once for each fit
    return changes


def _world(arguments: argparse.Namespace, progress: "Progress") -> "SimulationConfig | SplitData":
    from engine.training.data.open_benchmark import has_own_pgc, open_benchmark
    from engine.training.simulation.parameters import SimulationConfig

    if arguments.pairs is not None:
        return open_benchmark(arguments.pairs, arguments.pgc, arguments.allow_pickle, progress)
    if arguments.pgc is not None:
        raise has_own_pgc()
    return SimulationConfig(n_videos=arguments.simulate)


def _all_data(world: "SimulationConfig | SplitData") -> tuple[str, ...]:
    """Return every data setting that the data allows."""
    from engine.training.benchmark.results import DATA
    from engine.training.data.split_data import SplitData

    return DATA[:1] if isinstance(world, SplitData) and world.first.pgc is None else DATA


def _worlds(text: str | None) -> tuple[str, ...]:
    from engine.training.simulation.worlds import WORLDS

    names = () if text is None else _listed("--worlds", text)
    return tuple(WORLDS) if names == ("all",) else names


def _listed(option: str, text: str) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not parts:
        raise InputError(
            tr("{option} needs at least one value.").format(option=option),
            remedy=tr("Separate values with commas."),
        )
    return parts


def _seeds(text: str) -> tuple[int, ...]:
    try:
        seeds = tuple(dict.fromkeys(int(part) for part in _listed("--seeds", text)))
    except ValueError:
        seeds = (-1,)
    if not all(0 <= seed < _N_SEEDS for seed in seeds):
        raise InputError(
            tr("Seeds are whole numbers from 0 to {most}, not {text}.").format(
                most=_N_SEEDS - 1, text=text
            ),
            remedy=tr("Write them as 0,1,2."),
        )
    return seeds
