"""The options of commands that analyse finished edits: where features are computed and cached."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.translation import tr

if TYPE_CHECKING:
    from engine.training.data.features_cache import FeatureOptions


def add_feature_options(parser: argparse.ArgumentParser) -> None:
    """Add --cache and --dask."""
    parser.add_argument(
        "--cache", type=Path, metavar=tr("FOLDER"), help=tr("folder for cached features")
    )
    parser.add_argument(
        "--dask",
        metavar="tcp://HOST:PORT",
        help=tr(
            "analyse the edits on the workers of your Dask scheduler; they need access to the files"
        ),
    )


def feature_options(arguments: argparse.Namespace) -> "FeatureOptions":
    """Return what the user chose with --cache and --dask."""
    from engine.training.data.features_cache import FeatureOptions, default_cache

    network = getattr(arguments, "network", None)
    return FeatureOptions(arguments.cache or default_cache(), arguments.dask, network)
