"""Changes to the library that can be undone."""

from abc import ABC, abstractmethod
from typing import ClassVar

from engine.library.database import Database


class Operation(ABC):
    """One change, as a frozen dataclass of what it needs; its inverse is an operation too.

    To add one, write it beside the part of the library that it changes: the code that applies
    and undoes operations stays the same.

    Attributes:
        part: the part of the library that it changes; views of that part reload after it.
    """

    __slots__ = ()
    part: ClassVar[type]

    @property
    @abstractmethod
    def name(self) -> str:
        """What it does, as shown in a menu, translated."""

    @abstractmethod
    def apply(self, database: Database) -> "Operation | None":
        """Make the change in one transaction.

        Returns:
            The operation that undoes it, None when nothing does.

        Raises:
            InputError: when the library doesn't allow it.
            LibraryError: when the library can't be written.
        """
