"""Options that several commands have."""

import argparse

from engine.translation import tr


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add the option to write JSON."""
    parser.add_argument(
        "--json", action="store_true", help=tr("write one JSON object to standard output")
    )


def add_pickle_option(parser: argparse.ArgumentParser) -> None:
    """Add the option to read Python objects in training data."""
    parser.add_argument(
        "--allow-pickle",
        action="store_true",
        help=tr("read Python objects in files of DebCM's format, but only arrays and text"),
    )
