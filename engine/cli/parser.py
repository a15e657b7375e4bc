"""The arguments of `soundbed`: every command adds its own."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from engine import __version__
from engine.cli import (
    batch,
    benchmark,
    config,
    doctor,
    evaluate,
    export,
    library,
    pack,
    paired,
    recommend,
    simulate,
    train,
)
from engine.translation import tr

_COMMANDS = (
    recommend,
    export,
    batch,
    library,
    train,
    simulate,
    benchmark,
    paired,
    evaluate,
    pack,
    config,
    doctor,
)


class Parser(argparse.ArgumentParser):
    """Reports wrong arguments in one line that says where to find help."""

    def error(self, message: str) -> NoReturn:
        """Print the error and exit with 2."""
        hint = tr("Try: {command} --help").format(command=self.prog)
        self.exit(2, f"{self.prog}: {message}. {hint}\n")


class _Help(argparse.HelpFormatter):
    """Aligns the list of commands: argparse ignores the indentation of the longest name."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = len("  recommend  ")


def build_parser() -> Parser:
    """Return the parser; each command sets `run`, a function of the parsed arguments."""
    parser = Parser(
        prog="soundbed",
        description=tr("Finds background music for a video, entirely on this computer."),
        allow_abbrev=False,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"soundbed {__version__}")
    commands = parser.add_subparsers(
        title=tr("commands"), metavar=tr("COMMAND"), dest="command", parser_class=Parser
    )
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser


def parse(argv: Sequence[str] | None) -> argparse.Namespace | None:
    """Return the arguments, or None after showing the help because no command was given."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help(sys.stdout)
        return None
    return arguments
