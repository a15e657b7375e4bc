"""`soundbed library repair-tags`: titles that were written in another encoding, shown as meant."""

import argparse
import sys
from typing import TYPE_CHECKING

from engine.cli.shared_options import add_json_option
from engine.cli.snapshots import open_own
from engine.errors import display_path
from engine.translation import tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.library.library import Library
    from engine.stories.repair_tags import TagRepair


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action."""
    parser = actions.add_parser(
        "repair-tags",
        help=tr("show titles and names in wrong encodings as they were meant"),
        description=tr(
            "Finds titles, artists and albums that were written in another encoding, shows what"
            " would change, and asks. Only your library changes; your files are never written."
        ),
        allow_abbrev=False,
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--yes", action="store_true", help=tr("repair them without asking"))
    choice.add_argument(
        "--undo", action="store_true", help=tr("show all tags as they are in the files again")
    )
    add_json_option(parser)
    parser.set_defaults(run=run_repair)


def run_repair(arguments: argparse.Namespace) -> int:
    """Find what can be repaired, ask, and repair it; or undo it."""
    from engine.cli.terminal import TerminalProgress
    from engine.stories.repair_tags import find_repairs, repair_operation

    library = open_own()
    if arguments.undo:
        return _undo(library, as_json=arguments.json)
    with TerminalProgress() as progress:
        repairs = find_repairs(library, progress)
    if arguments.json:
        if arguments.yes:
            library.apply(repair_operation(repairs))
        _print_json(repairs, repaired=arguments.yes)
        return 0
    _print(repairs)
    if not repairs or not (arguments.yes or _asked()):
        return 0
    library.apply(repair_operation(repairs))
    print(
        trn("{n} track repaired.", "{n} tracks repaired.", len(repairs)).format(n=len(repairs)),
        tr("Undo it with: soundbed library repair-tags --undo"),
    )
    return 0


def _undo(library: "Library", *, as_json: bool) -> int:
    from engine.cli.terminal import print_json
    from engine.library.repaired_tags import undo_all

    operation = undo_all(library.database)
    library.apply(operation)
    n_tracks = len(operation.changes)
    if as_json:
        print_json({"undone": n_tracks})
        return 0
    print(
        trn(
            "{n} track is shown as its file says.", "{n} tracks are shown as their files say.",
            n_tracks,
        ).format(n=n_tracks)
    )  # fmt: skip
    return 0


def _asked() -> bool:
    from engine.cli.terminal import is_confirmed

    if not sys.stdin.isatty():
        print(tr("Nothing was changed. Repair them with: soundbed library repair-tags --yes"))
        return False
    return is_confirmed(tr("Repair them?"))


def _print(repairs: "Sequence[TagRepair]") -> None:
    from engine.cli.terminal import plain

    if not repairs:
        print(tr("No tags need a repair."))
    for repair in repairs:
        print(display_path(repair.path))
        for before, after in repair.changes():
            print(f"  {plain(before)} → {plain(after)}")


def _print_json(repairs: "Sequence[TagRepair]", *, repaired: bool) -> None:
    from engine.cli.terminal import path_fields, print_json

    print_json(
        {
            "repaired": repaired,
            "tracks": [
                {
                    "id": repair.track_id,
                    **path_fields(repair.path),
                    "changes": [{"before": old, "after": new} for old, new in repair.changes()],
                }
                for repair in repairs
            ],
        }
    )
