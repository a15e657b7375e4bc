"""`soundbed train`: a matching pack from finished edits."""

import argparse
from importlib.util import find_spec
from pathlib import Path

from engine.errors import Cancelled, TrainingError, display_path
from engine.translation import tr, trn

_MOST_SKIPPED_SHOWN = 20


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "train",
        help=tr("make a matching pack from finished edits"),
        description=tr(
            "Learns from finished edits which music goes with which picture. SPEC is a folder of "
            "videos with their music (a subfolder for each uploader), a .csv table with the "
            "columns clip, track and uploader, or a prepared .npz."
        ),
        epilog=tr(
            "By several processes, on as many GPUs or computers, with torch's own launcher: "
            "torchrun --nproc-per-node N -m engine train …"
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--pairs",
        type=Path,
        required=True,
        metavar="SPEC",
        help=tr("edits by uploaders, whose taste is held apart"),
    )
    parser.add_argument(
        "--pgc",
        type=Path,
        required=True,
        metavar="SPEC",
        help=tr("edits by professionals, such as music videos"),
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PACK", help=tr("the folder to write")
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=None,
        metavar="TOML",
        help=tr("a file of settings; the options here come before it"),
    )
    parser.add_argument("--force", action="store_true", help=tr("replace a pack that is there"))
    parser.add_argument(
        "--fresh",
        action="store_true",
        help=tr("start anew instead of going on where the same training was stopped"),
    )
    parser.add_argument("--seed", type=int, default=None, metavar="N", help=tr("default: 0"))
    parser.add_argument(
        "--epochs", type=int, default=None, metavar="N", help=tr("at most so many epochs")
    )
    parser.add_argument(
        "--batch-size", type=int, default=None, metavar="N", help=tr("pairs learnt from at a time")
    )
    parser.add_argument(
        "--members", type=int, default=None, metavar="N", help=tr("networks that are averaged")
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default=None,
        help=tr("where to compute; auto takes the GPU when there is one (default)"),
    )
    parser.add_argument(
        "--cache", type=Path, default=None, metavar=tr("FOLDER"), help=tr("where features are kept")
    )
    parser.add_argument(
        "--dask",
        metavar="tcp://HOST:PORT",
        help=tr("describe the edits on your Dask scheduler's workers, who must see them too"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and print what came of it."""
    if find_spec("torch") is None or find_spec("onnxscript") is None:
        raise TrainingError(
            tr("Training needs PyTorch, which isn't installed."),
            remedy=tr(
                "Install it with: pip install “soundbed[train]” (in a checkout: "
                ".venv/bin/pip install -c packaging/constraints.txt -e “.[train]”)."
            ),
        )
    from engine.cli.terminal import TerminalProgress, stopping_gently, warn
    from engine.training.fitting.distributed import is_first, joined, stopped_by_launcher
    from engine.training.fitting.trainer import pick_device
    from engine.training.method.training_config import config_of
    from engine.training.train_pack import train_pack

    chosen = {
        "seed": arguments.seed,
        "n_epochs": arguments.epochs,
        "n_members": arguments.members,
        "batch_size": arguments.batch_size,
        "device": arguments.device,
    }
    config = config_of(
        arguments.config, {name: value for name, value in chosen.items() if value is not None}
    )
    try:
        with (
            joined(pick_device(config.device)),
            TerminalProgress(shown=is_first()) as progress,
            stopping_gently(progress),
            stopped_by_launcher(progress),
        ):
            report = train_pack(
                arguments.pairs,
                arguments.pgc,
                arguments.out,
                config,
                progress,
                arguments.cache,
                arguments.dask,
                arguments.force,
                arguments.fresh,
            )
    except Cancelled:
        warn(tr("Give the same command again to go on from here, with --fresh to start anew."))
        raise
    if report is None:
        return 0
    for caution in report.cautions:
        warn(caution)
    for path, reason in report.skipped[:_MOST_SKIPPED_SHOWN]:
        warn(f"{display_path(path)}: {reason}")
    n_more = len(report.skipped) - _MOST_SKIPPED_SHOWN
    if n_more > 0:
        warn(
            trn(
                "and {n} more file that can't be used", "and {n} more that can't be used", n_more
            ).format(n=n_more)
        )
    print(
        tr("Wrote {pack} (embedding space {space}) from {n_ugc} + {n_pgc} pairs.").format(
            pack=display_path(report.pack),
            space=report.space,
            n_ugc=report.n_ugc,
            n_pgc=report.n_pgc,
        )
    )
    if report.student_rank is not None:
        print(
            tr(
                "Held-out sources: the own music stands at {rank} % of the list (chance 50 %)."
            ).format(rank=round(100 * report.student_rank))
        )
    return 0
