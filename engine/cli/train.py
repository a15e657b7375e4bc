"""`soundbed train`: a matching pack from finished edits."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.feature_options import add_feature_options, feature_options
from engine.errors import Cancelled, TrainingError, display_path
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.training.method.training_config import TrainingConfig
    from engine.training.train_pack import TrainingReport

_MAX_SKIPPED_SHOWN = 20


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "train",
        help=tr("train a matching pack on finished edits"),
        description=tr(
            "Learns from finished edits which music goes with which picture. SPEC is a folder of "
            "videos with their music (a subfolder for each uploader), a .csv table with the "
            "columns clip, track and uploader, or a prepared .npz."
        ),
        epilog=tr(
            "To train with several processes, on several GPUs or computers, use PyTorch's "
            "launcher: torchrun --nproc-per-node N -m engine train …"
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--pairs",
        type=Path,
        required=True,
        metavar="SPEC",
        help=tr("edits by uploaders, whose taste is separated from the match"),
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
    parser.add_argument("--force", action="store_true", help=tr("replace an existing pack"))
    parser.add_argument(
        "--fresh",
        action="store_true",
        help=tr("start over instead of resuming a stopped training run"),
    )
    parser.add_argument(
        "--network",
        type=Path,
        metavar=tr("FOLDER"),
        help=tr("describe the picture with this picture network instead of the bundled one"),
    )
    _add_settings(parser)
    add_feature_options(parser)
    parser.set_defaults(run=run)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="TOML",
        help=tr("a file of settings; the options here take precedence"),
    )
    parser.add_argument("--seed", type=int, metavar="N", help=tr("default: 0"))
    parser.add_argument("--epochs", type=int, metavar="N", help=tr("maximum number of epochs"))
    parser.add_argument(
        "--batch-size", type=int, metavar="N", help=tr("number of pairs per training step")
    )
    parser.add_argument(
        "--members", type=int, metavar="N", help=tr("number of networks whose scores are averaged")
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        help=tr("device to compute on; auto uses the GPU if there is one (default)"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, and print the result."""
    if find_spec("torch") is None or find_spec("onnxscript") is None:
        raise TrainingError(
            tr("Training needs PyTorch, which isn't installed."),
            remedy=tr(
                "Install it with: pip install “soundbed[train]” (in a checkout: "
                ".venv/bin/pip install -c packaging/constraints.txt -e “.[train]”)."
            ),
        )
    from engine.cli.terminal import TerminalProgress, stopping_gently, warn
    from engine.training.fitting.device import pick_device
    from engine.training.fitting.distributed import is_first, joined, stopped_by_launcher
    from engine.training.train_pack import TrainingRequest, train_pack

    request = TrainingRequest(
        ugc_spec=arguments.pairs,
        pgc_spec=arguments.pgc,
        out=arguments.out,
        config=_config(arguments),
        features=feature_options(arguments),
        force=arguments.force,
        fresh=arguments.fresh,
    )
    try:
        with (
            joined(pick_device(request.config.device)),
            TerminalProgress(shown=is_first()) as progress,
            stopping_gently(progress),
            stopped_by_launcher(progress),
        ):
            report = train_pack(request, progress)
    except Cancelled:
        warn(tr("Run the same command again to resume, or add --fresh to start over."))
        raise
    if report is not None:
        _print_report(report)
    return 0


def _config(arguments: argparse.Namespace) -> "TrainingConfig":
    from engine.training.method.training_config import config_of

    chosen = {
        "seed": arguments.seed,
        "n_epochs": arguments.epochs,
        "n_members": arguments.members,
        "batch_size": arguments.batch_size,
        "device": arguments.device,
    }
    return config_of(
        arguments.config, {name: value for name, value in chosen.items() if value is not None}
    )


def _print_report(report: "TrainingReport") -> None:
    from engine.cli.terminal import warn

    for caution in report.cautions:
        warn(caution)
    for path, reason in report.skipped[:_MAX_SKIPPED_SHOWN]:
        warn(f"{display_path(path)}: {reason}")
    n_more = len(report.skipped) - _MAX_SKIPPED_SHOWN
    if n_more > 0:
        warn(
            trn(
                "and {n} more file that can't be used",
                "and {n} more files that can't be used",
                n_more,
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
                "Held-out sources: a clip's own music ranks at {rank} % of the list on "
                "average (chance: 50 %)."
            ).format(rank=round(100 * report.student_rank))
        )
