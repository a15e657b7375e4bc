"""The recipes of `soundbed train`, and its two encoders for research."""

import argparse
from typing import TYPE_CHECKING

from engine.cli.feature_options import feature_options
from engine.cli.shared_options import add_pickle_option
from engine.errors import InputError, display_path
from engine.translation import tr

if TYPE_CHECKING:
    from engine.training.method.training_config import TrainingConfig
    from engine.training.train_encoders import EncodersReport, EncodersRequest


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose what is trained."""
    parser.add_argument(
        "--recipe",
        metavar="NAME",
        help=tr(
            "learn from scratch by a system of “soundbed benchmark”, such as cmvae or debcm, with "
            "its own settings (default: shipped, the bundled pack's)"
        ),
    )
    parser.add_argument(
        "--encoders",
        action="store_true",
        help=tr(
            "write two encoders as ONNX, for research, instead of a pack for the app; always for "
            "data in the format of DebCM's code or of “soundbed simulate”"
        ),
    )
    add_pickle_option(parser)


def wants_encoders(arguments: argparse.Namespace) -> bool:
    """Return whether encoders are written: data with test sets can't make a pack.

    Raises:
        InputError: when an option goes with packs alone.
    """
    from engine.training.data.loaders import has_test_sets

    if not (arguments.encoders or has_test_sets(arguments.pairs)):
        return False
    for option, value in (("--from", arguments.base), ("--uploaders", arguments.uploaders)):
        if value is not None:
            raise InputError(
                tr("{option} is for packs, and this writes encoders.").format(option=option),
                remedy=tr("Leave it out."),
            )
    return True


def encoders_request(arguments: argparse.Namespace, config: "TrainingConfig") -> "EncodersRequest":
    """Return what is asked for."""
    from engine.training.systems.registry import SHIPPED
    from engine.training.train_encoders import EncodersRequest

    return EncodersRequest(
        pairs=arguments.pairs,
        out=arguments.out,
        config=config,
        recipe=arguments.recipe or SHIPPED,
        pgc=arguments.pgc,
        allow_pickle=arguments.allow_pickle,
        features=feature_options(arguments),
        replace=arguments.replace or arguments.force,
        fresh=arguments.fresh,
    )


def print_encoders(report: "EncodersReport | None") -> None:
    """Print the result; nothing in a process that only helped."""
    from engine.cli.terminal import warn, warn_of_files

    if report is None:
        return
    for caution in report.cautions:
        warn(caution)
    warn_of_files(report.skipped)
    print(
        tr(
            "Wrote two encoders to {folder} from {n_ugc} + {n_pgc} pairs, for research: the app "
            "ranks with packs alone."
        ).format(folder=display_path(report.folder), n_ugc=report.n_ugc, n_pgc=report.n_pgc)
    )
