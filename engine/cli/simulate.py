"""`soundbed simulate`: simulated data with a known true match, for comparing systems."""

import argparse
from dataclasses import replace
from pathlib import Path

from engine.errors import display_path
from engine.translation import tr


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "simulate",
        help=tr("simulate data with a known true match, for comparing systems"),
        description=tr(
            "Simulates uploaders, videos and tracks, following the causal graph of the DebCM"
            " paper: taste affects which tracks an uploader knows and which they choose. The"
            " true match is known. None of the data is real."
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--videos", type=int, metavar="N", help=tr("number of videos by uploaders (default: 24000)")
    )
    parser.add_argument(
        "--world",
        default="default",
        metavar="NAME",
        help=tr("a harder world, such as bad_pgc; an unknown name lists the valid ones"),
    )
    parser.add_argument("--seed", type=int, metavar="N", help=tr("default: 0"))
    parser.add_argument(
        "--exposure",
        type=float,
        metavar="X",
        help=tr(
            "how strongly taste affects which tracks an uploader knows (default: 1; 0: not at all)"
        ),
    )
    parser.add_argument(
        "--choice",
        type=float,
        metavar="X",
        help=tr(
            "how strongly taste affects which tracks an uploader chooses (default: 1; 0:"
            " not at all)"
        ),
    )
    parser.add_argument(
        "--reference", action="store_true", help=tr("write the data format of DebCM's code")
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help=tr("a new folder to write")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Simulate, write, and print the outcome."""
    from engine.training.data.benchmark_files import require_new, save_benchmark
    from engine.training.data.reference_writer import write_reference
    from engine.training.simulation.simulated_data import simulate
    from engine.training.simulation.worlds import world_named

    chosen = {
        "n_videos": arguments.videos,
        "seed": arguments.seed,
        "exposure_strength": arguments.exposure,
        "choice_strength": arguments.choice,
    }
    config = replace(
        world_named(arguments.world),
        **{name: value for name, value in chosen.items() if value is not None},
    )
    # Before the minutes that a large world takes.
    require_new(arguments.out)
    write = write_reference if arguments.reference else save_benchmark
    data = simulate(config)
    write(data, arguments.out, config.as_dict())
    print(
        tr("Wrote {n_pairs} simulated training pairs and {n_tests} test sets: {folder}").format(
            n_pairs=data.ugc.n_pairs,
            n_tests=len(data.tests),
            folder=display_path(arguments.out),
        )
    )
    return 0
