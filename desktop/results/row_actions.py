"""What can be done with the selected tracks: the entries of the list's menu."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop import icons
from desktop.file_manager import show_in_folder
from engine.export.credits import credits_text
from engine.stories.recommend import Recommendation
from engine.translation import tr, trn

Items = Sequence[Recommendation]


@dataclass(frozen=True, slots=True)
class RowAction:
    """One entry of the menu.

    Attributes:
        text: returns its words for the selected rows, translated.
        act: does it.
        icon: its icon, "" for none.
        key: its shortcut as text, "" for none; only shown: the window acts on it.
        for_several: whether it is offered for several rows.
        suits: returns whether it is offered for the selected rows.
        begins_group: whether a line stands above it.
    """

    text: Callable[[Items], str]
    act: Callable[[Items], object]
    icon: str = ""
    key: str = ""
    for_several: bool = True
    suits: Callable[[Items], bool] = lambda _items: True
    begins_group: bool = False


class RowActions(QObject):
    """The menu of the list. Others add their actions with `add`.

    Args:
        selected: returns the selected rows, None while they can't be used.
        choose: puts a track under the clip.
        parent: shows the menu.
    """

    def __init__(
        self,
        selected: Callable[[], Items | None],
        choose: Callable[[Recommendation], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._selected = selected
        self._parent = parent
        use = RowAction(
            lambda _: tr("Use this track"), lambda items: choose(items[0]), "music",
            for_several=False,
        )  # fmt: skip
        self._first = [use]
        self._last = [
            RowAction(
                lambda _: tr("Show in the file manager"),
                lambda items: show_in_folder(items[0].track.path),
                "folder",
                for_several=False,
                begins_group=True,
            ),
            RowAction(
                lambda items: trn("Copy the title", "Copy the titles", len(items)),
                lambda items: _copy("\n".join(item.track.title for item in items)),
                "copy",
            ),
            RowAction(
                lambda items: trn("Copy the credit", "Copy the credits", len(items)),
                lambda items: _copy("\n".join(credits_text(item.arrangement) for item in items)),
            ),
        ]

    def add(self, *actions: RowAction) -> None:
        """Offer further actions, below those that were added before."""
        self._first += actions

    def menu(self) -> QMenu | None:
        """Return the menu for the selected rows, None without any."""
        items = self._selected()
        if not items:
            return None
        menu = QMenu(self._parent)
        for each in (*self._first, *self._last):
            if (len(items) > 1 and not each.for_several) or not each.suits(items):
                continue
            if each.begins_group:
                menu.addSeparator()
            text = each.text(items)
            action = QAction(f"{text}\t{each.key}" if each.key else text, menu)
            if each.icon:
                action.setIcon(icons.icon(each.icon))
            action.triggered.connect(lambda _=False, act=each.act: act(items))
            menu.addAction(action)
        return menu

    def show_menu(self, place: QPoint) -> None:
        """Show the menu for the selected rows."""
        menu = self.menu()
        if menu is not None:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)


def editing_action(edit: Callable[[Sequence[int]], object]) -> RowAction:
    """Return the entry that edits the user's own tracks.

    Args:
        edit: takes their numbers.
    """
    return RowAction(
        lambda _: tr("Edit…"),
        lambda items: edit([item.track.file.id for item in items]),
        suits=lambda items: all(item.track.file.origin == "own" for item in items),
        begins_group=True,
    )


def from_window(action: QAction) -> RowAction:
    """Return an action of the window as an entry of the menu."""
    text, key = action.text().replace("&", ""), action.shortcut().toString()
    return RowAction(lambda _: text, lambda _: action.trigger(), key=key)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
