"""`soundbed doctor`: all that a bug report needs."""

import argparse

from engine.translation import tr


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help=tr("show versions, packs, library, folders and decoders"),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--json", action="store_true", help=tr("write one JSON object to standard output")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine this installation and print what was found."""
    raise NotImplementedError
