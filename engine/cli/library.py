"""`soundbed library add|list|remove|rescan`: the user's own music."""

import argparse
from pathlib import Path

from engine.translation import tr


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its four actions."""
    parser = commands.add_parser(
        "library",
        help=tr("add, list and remove your own music"),
        description=tr("Looks after your own music; the files themselves are never changed."),
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(
        title=tr("actions"), metavar=tr("ACTION"), dest="action", required=True
    )
    add = actions.add_parser(
        "add",
        help=tr("analyse the audio files of a folder"),
        description=tr(
            "Analyses the audio files of a folder and its subfolders. Stopped in the middle, "
            "adding again continues."
        ),
        allow_abbrev=False,
    )
    add.add_argument("folder", metavar=tr("FOLDER"), type=Path)
    add.set_defaults(run=run_add)
    show = actions.add_parser("list", help=tr("list all tracks"), allow_abbrev=False)
    show.add_argument(
        "--json", action="store_true", help=tr("write one JSON object to standard output")
    )
    show.set_defaults(run=run_list)
    remove = actions.add_parser(
        "remove",
        help=tr("forget a folder or one track; the files stay"),
        allow_abbrev=False,
    )
    remove.add_argument(
        "target", metavar=tr("FOLDER|ID"), help=tr("an added folder, or a number from the list")
    )
    remove.set_defaults(run=run_remove)
    rescan = actions.add_parser(
        "rescan", help=tr("look for new, changed and moved files"), allow_abbrev=False
    )
    rescan.set_defaults(run=run_rescan)


def run_add(arguments: argparse.Namespace) -> int:
    """Analyse a folder into the library."""
    raise NotImplementedError


def run_list(arguments: argparse.Namespace) -> int:
    """Print the library."""
    raise NotImplementedError


def run_remove(arguments: argparse.Namespace) -> int:
    """Forget a folder or a track."""
    raise NotImplementedError


def run_rescan(arguments: argparse.Namespace) -> int:
    """Scan all added folders again."""
    raise NotImplementedError
