"""The part of the fake session that knows the library's health and its snapshots."""

from engine.library.library import Library
from engine.library.restoring import Difference, difference, restore
from engine.library.snapshots import Snapshot, Snapshots
from engine.stories.library_health import LibraryHealth


class FakeSnapshots:
    """Makes and restores real snapshots of a library in the test's folder.

    Attributes:
        library: the user's.
        health: what a check of it finds.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.health = LibraryHealth()

    def check_library(self) -> LibraryHealth:
        return self.health

    def snapshots(self) -> tuple[Snapshot, ...]:
        return Snapshots(self.library.database.path).all()

    def compare_snapshot(self, snapshot: Snapshot) -> Difference:
        return difference(self.library.database.path, snapshot)

    def restore_snapshot(self, snapshot: Snapshot) -> None:
        restore(self.library.database.path, snapshot)
