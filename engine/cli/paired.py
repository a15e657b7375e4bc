"""`soundbed paired FOLDER A B`: two systems of a benchmark, query by query."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.shared_options import add_json_option
from engine.translation import tr

if TYPE_CHECKING:
    from engine.training.compare_queries import PairedFits


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "paired",
        help=tr("compare two systems of a benchmark, query by query"),
        description=tr(
            "Reads what “soundbed benchmark” saved of each query, and shows by how much the second "
            "system is above the first, with a 95 % interval over uploaders: an interval without 0 "
            "is a difference."
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help=tr("the folder of the benchmark's results")
    )
    parser.add_argument("first", metavar="A", help=tr("name of a system"))
    parser.add_argument("second", metavar="B", help=tr("name of another system"))
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the differences."""
    from engine.cli.terminal import print_json
    from engine.training.compare_queries import compare_queries

    names = (arguments.first, arguments.second)
    found = compare_queries(arguments.folder, names)
    if arguments.json:
        print_json(
            {"first": names[0], "second": names[1], "differences": list(map(as_json, found))}
        )
    else:
        print(as_text(names, found))
    return 0


def as_json(found: "PairedFits") -> dict[str, Any]:
    """Return one difference as plain values."""
    interval = found.interval
    return {
        "test_set": found.test_set,
        "data": found.data,
        "metric": found.metric,
        "first": round(found.first, 6),
        "second": round(found.second, 6),
        "difference": round(interval.mean, 6),
        "low": round(interval.low, 6),
        "high": round(interval.high, 6),
        "n_queries": interval.n_clips,
        "n_uploaders": interval.n_sources,
        "seeds": list(found.seeds),
    }


def as_text(names: tuple[str, str], found: "list[PairedFits]") -> str:
    """Return the differences as a table."""
    from engine.training.benchmark.tables import as_markdown

    rows = [
        (
            one.test_set,
            one.data,
            one.metric,
            f"{one.first:.3f}",
            f"{one.second:.3f}",
            f"{one.interval.mean:+.3f} [{one.interval.low:+.3f}, {one.interval.high:+.3f}]",
            f"{one.interval.n_clips} / {one.interval.n_sources} / {len(one.seeds)}",
        )
        for one in found
    ]
    columns = (
        *(tr("test set"), tr("data"), tr("metric"), *names),
        *(tr("difference"), tr("queries / uploaders / seeds")),
    )
    return as_markdown(columns, rows)
