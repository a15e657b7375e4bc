"""`soundbed library snapshots|restore`: earlier states of the library."""

import argparse
import sys
from typing import TYPE_CHECKING

from engine.cli.shared_options import add_json_option
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.library import Library


def add_parsers(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both actions."""
    show = actions.add_parser(
        "snapshots",
        help=tr("list earlier states of your library"),
        description=tr(
            "Lists the snapshots of your library: one of each day on which it changed (ten are"
            " kept), one before each update of its format, and one before each restore."
        ),
        allow_abbrev=False,
    )
    add_json_option(show)
    show.set_defaults(run=run_snapshots)
    back = actions.add_parser(
        "restore",
        help=tr("go back to an earlier state of your library"),
        description=tr(
            "Shows what would change, asks, and makes your library what it was when a snapshot"
            " was taken. The present state becomes a snapshot too, so this can be undone."
        ),
        allow_abbrev=False,
    )
    back.add_argument(
        "name", metavar=tr("NAME"), help=tr("a name from the list of snapshots, or “latest”")
    )
    back.add_argument("--yes", action="store_true", help=tr("restore it without asking"))
    back.set_defaults(run=run_restore)


def open_own() -> "Library":
    """Open the user's library for a change; its state of today is kept first.

    Raises:
        LibraryError: when it can't be used.
    """
    from engine.cli.terminal import warn
    from engine.errors import LibraryDamaged, LibraryError
    from engine.library.library import Library
    from engine.library.snapshots import Snapshots
    from engine.music_packs.installed import tidy
    from engine.paths import user_library

    was_there = user_library().exists()
    library = Library.open()
    if was_there:
        try:
            Snapshots(user_library()).take_daily()
        except LibraryDamaged:
            raise
        except LibraryError as error:
            warn(tr("No snapshot was made today: {problem}").format(problem=error))
    tidy(library)
    return library


def run_snapshots(arguments: argparse.Namespace) -> int:
    """List the snapshots."""
    from engine.cli.table import format_table
    from engine.cli.terminal import path_fields, print_json
    from engine.library.snapshots import Snapshots
    from engine.paths import user_library

    found = Snapshots(user_library()).all()
    if arguments.json:
        listed = [
            {"name": each.name, "kind": each.kind, "made_at": each.made_at,
             "size_bytes": each.size_bytes, **path_fields(each.path)}
            for each in found
        ]  # fmt: skip
        print_json({"snapshots": listed})
        return 0
    if not found:
        print(tr("There is no snapshot of your library yet."))
        return 0
    kinds = {
        "daily": tr("daily"),
        "update": tr("before an update of the format"),
        "restore": tr("before a restore"),
    }
    rows = [[each.name, kinds[each.kind], f"{each.size_bytes / 1e6:.1f} MB"] for each in found]
    print(format_table([tr("Name"), tr("Made"), tr("Size")], rows, right=frozenset({2})))
    print(tr("Go back to one of them with: soundbed library restore NAME"))
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Show what would change, ask, and restore a snapshot."""
    from engine.cli.terminal import is_confirmed
    from engine.errors import Cancelled, InputError
    from engine.library.restoring import difference, restore
    from engine.library.snapshots import Snapshots
    from engine.paths import user_library

    snapshot = Snapshots(user_library()).find(arguments.name)
    found = difference(user_library(), snapshot)
    print("\n".join(found.sentences()))
    if found.is_empty:
        return 0
    if not arguments.yes:
        if not sys.stdin.isatty():
            raise InputError(
                tr("Nothing was restored, as nobody can be asked here."),
                remedy=tr("Restore it without a question with: --yes"),
            )
        if not is_confirmed(tr("Restore it?")):
            raise Cancelled
    before = restore(user_library(), snapshot)
    print(tr("Restored: {name}").format(name=snapshot.name))
    if before is not None:
        print(tr("Undo this with: soundbed library restore {name}").format(name=before.name))
    return 0
