"""The mean training loss of each epoch of each fit, in one file, complete at every moment."""

from collections.abc import Sequence
from pathlib import Path

from engine.files import write_text
from engine.training.benchmark.results import as_csv, read_csv
from engine.training.systems.members import Member

LOSSES_NAME = "losses.csv"
COLUMNS = ("source", "system", "data", "seed", "member", "network", "epoch", "loss")


def add_losses(path: Path, key: tuple[str, str, str, str], members: Sequence[Member]) -> None:
    """Add the losses of one fit, replacing its earlier ones.

    Args:
        path: of the file; it need not exist yet.
        key: source, system, data setting and seed.
        members: whose networks are "teacher" and "student"; a teacher that systems share is named
            with each of them.

    Raises:
        InputError: when the file contains something else.
    """
    kept = [tuple(row) for row in read_csv(path, COLUMNS) if tuple(row[: len(key)]) != key]
    added = [
        (*key, str(number), one.role, str(epoch), f"{loss:.6g}")
        for number, member in enumerate(members)
        for one in member.fits
        for epoch, loss in enumerate(one.fit.losses, 1)
    ]
    if added:
        write_text(path, as_csv(COLUMNS, [*kept, *added]))
