"""`soundbed train`: a matching pack from finished edits."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.cli.encoders import add_recipe, encoders_request, print_encoders, wants_encoders
from engine.cli.feature_options import add_feature_options, feature_options
from engine.errors import Cancelled, TrainingError, display_path
from engine.translation import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.progress import Progress
    from engine.training.method.training_config import TrainingConfig
    from engine.training.training_request import TrainingReport

_Report = TypeVar("_Report")

# In a log, such as that of a job in the night.
_LINES_EVERY_S = 10.0
# The exit code where a pack was trained and stays a candidate.
_NOT_PUBLISHED = 3


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "train",
        help=tr("train a matching pack on finished edits"),
        description=tr(
            "Learns from finished edits which music goes with which picture. SPEC is a folder of "
            "videos with their music (a subfolder for each uploader), a .csv table with the "
            "columns clip, track and uploader, or a prepared .npz. The new pack is compared with "
            "the pack in use on clips that neither learnt from, and written as a candidate beside "
            "PACK if it gains nothing there, or may be worse."
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
        metavar="SPEC",
        help=tr("edits by professionals, such as music videos; with them, train from scratch"),
    )
    parser.add_argument(
        "--from",
        dest="base",
        metavar="PACK",
        help=tr("fine-tune this pack (default without --pgc: the pack in use)"),
    )
    parser.add_argument(
        "--uploaders",
        type=Path,
        metavar="CSV",
        help=tr("a table with the columns clip and uploader, for a folder of edits"),
    )
    add_recipe(parser)
    _add_target(parser)
    parser.add_argument(
        "--network",
        type=Path,
        metavar=tr("FOLDER"),
        help=tr("describe the picture with this picture network instead of the bundled one"),
    )
    _add_settings(parser)
    add_feature_options(parser)
    parser.set_defaults(run=run)


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PACK", help=tr("the folder to write")
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help=tr(
            "replace an existing pack if the new one may be published, else an existing candidate"
        ),
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help=tr("write the pack, replacing an existing one, even if it may be worse"),
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help=tr("start over instead of resuming a stopped training run"),
    )


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
    if not all(map(find_spec, ("torch", "onnxscript", "matplotlib"))):
        raise TrainingError(
            tr("Training needs PyTorch, which isn't installed."),
            remedy=tr(
                "Install it with: pip install “soundbed[train]” (in a checkout: "
                ".venv/bin/pip install -c packaging/constraints.txt -e “.[train]”)."
            ),
        )
    from engine.stories.known_packs import find_known_pack
    from engine.training.train_encoders import train_encoders
    from engine.training.train_pack import train_pack
    from engine.training.training_request import TrainingRequest

    config = _config(arguments)
    if wants_encoders(arguments):
        asked = encoders_request(arguments, config)
        print_encoders(_trained(config.device, lambda progress: train_encoders(asked, progress)))
        return 0
    request = TrainingRequest(
        ugc_spec=arguments.pairs,
        out=arguments.out,
        config=config,
        pgc_spec=arguments.pgc,
        base=None if arguments.base is None else find_known_pack(arguments.base),
        recipe=arguments.recipe,
        uploaders=arguments.uploaders,
        features=feature_options(arguments),
        replace=arguments.replace,
        force=arguments.force,
        fresh=arguments.fresh,
    )
    report = _trained(config.device, lambda progress: train_pack(request, progress))
    if report is None:
        return 0
    _print_report(report, request.out)
    return 0 if report.is_published else _NOT_PUBLISHED


def _trained(device: str, train: "Callable[[Progress], _Report]") -> "_Report":
    """Train, on several processes where a launcher started them, and return the report."""
    from engine.cli.terminal import TerminalProgress, stopping_gently, warn
    from engine.training.fitting.device import pick_device
    from engine.training.fitting.distributed import is_first, joined, stopped_by_launcher

    try:
        with (
            joined(pick_device(device)),
            TerminalProgress(is_first(), _LINES_EVERY_S) as progress,
            stopping_gently(progress),
            stopped_by_launcher(progress),
        ):
            return train(progress)
    except Cancelled:
        warn(tr("Run the same command again to resume, or add --fresh to start over."))
        raise


def _config(arguments: argparse.Namespace) -> "TrainingConfig":
    from engine.training.method.training_config import config_of
    from engine.training.systems.registry import SHIPPED, configuration, require_encoders

    recipe = arguments.recipe or SHIPPED
    require_encoders(recipe)

    chosen = {
        "seed": arguments.seed,
        "n_epochs": arguments.epochs,
        "n_members": arguments.members,
        "batch_size": arguments.batch_size,
        "device": arguments.device,
    }
    known = {name: value for name, value in chosen.items() if value is not None}
    return config_of(arguments.config, known, configuration(recipe))


def _print_report(report: "TrainingReport", out: Path) -> None:
    from engine.cli.terminal import warn, warn_of_files

    for caution in report.cautions:
        warn(caution)
    warn_of_files(report.skipped)
    if report.is_published and report.reason:
        warn(tr("Published by --force: {reason}").format(reason=report.reason))
    for sentence in _outcome(report, out):
        print(sentence)


def _outcome(report: "TrainingReport", out: Path) -> list[str]:
    from engine.training.pack_comparison import change_of

    if report.base is not None:
        text = tr("Wrote {pack} (embedding space {space}), fine-tuned from {base} on {n} pairs.")
    else:
        text = tr("Wrote {pack} (embedding space {space}) from {n_ugc} + {n_pgc} pairs.")
    shown = text.format(
        pack=display_path(report.pack),
        space=report.space,
        base=report.base,
        n=report.n_ugc + report.n_pgc,
        n_ugc=report.n_ugc,
        n_pgc=report.n_pgc,
    )
    found = [shown]
    if report.held_out_rank is not None:
        text = tr(
            "Held-out sources: a clip's own music ranks at {rank} % of the list on average "
            "(chance: 50 %)."
        )
        found.append(text.format(rank=round(100 * report.held_out_rank)))
    if report.is_published:
        return [*found, *filter(None, [change_of(report.comparison)])]
    text = tr("Not published: {reason} It stays a candidate beside {pack}; --force publishes it.")
    return [*found, text.format(reason=report.reason, pack=display_path(out))]
