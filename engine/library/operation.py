"""Changes to the library that can be undone."""

from abc import ABC, abstractmethod

from engine.library.database import Database


class Operation(ABC):
    """One change, as a frozen dataclass of what it needs; its inverse is an operation too.

    To add one, write it beside the part of the library that it changes: whoever applies
    operations, and undoes them, need not know it.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """What it does, as a menu says it, translated."""

    @abstractmethod
    def apply(self, database: Database) -> "Operation":
        """Make the change in one transaction; return the operation that undoes it.

        Raises:
            InputError: when it can't be made, as the library is now.
            LibraryError: when the library can't be written.
        """
