"""What the list is sorted by, and which way round."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop import icons
from desktop.results.request import RankingRequest
from engine.ranking.sort_keys import SORT_KEYS, Sort, SortBy
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr


class SortButton(QToolButton):
    """A menu of what the list can be sorted by.

    Args:
        request: shows and changes its order.
        parent: its owner.
    """

    def __init__(self, request: RankingRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._request = request
        self.setObjectName("flat")
        self.setIcon(icons.icon("sort"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        group = QActionGroup(menu)
        self.keys: dict[SortBy, QAction] = {}
        for key in SORT_KEYS:
            action = QAction(key.title, group, checkable=True)
            # Another key begins its own way round.
            action.triggered.connect(lambda _=False, by=key.name: self._sort(Sort(by)))
            self.keys[key.name] = action
        menu.addActions(group.actions())
        menu.addSeparator()
        self.turn = QAction(tr("Reverse order"), menu, checkable=True)
        self.turn.triggered.connect(self._turn)
        menu.addAction(self.turn)
        self.setMenu(menu)
        request.edited.connect(self._read)
        self._read(request.options)

    def _sort(self, sort: Sort) -> None:
        self._request.update(sort=sort, at_once=True)
        self._read(self._request.options)

    def _turn(self, is_reversed: bool) -> None:
        self._sort(Sort(self._request.options.sort.by, is_reversed))

    def _read(self, options: RankingOptions) -> None:
        sort = options.sort
        self.keys[sort.by].setChecked(True)
        self.turn.setChecked(sort.is_reversed)
        title = self.keys[sort.by].text()
        arrow = "↓" if sort.descends else "↑"
        self.setText(f"{title} {arrow}")
        name = tr("Sorted by: {key}").format(key=title)
        if sort.is_reversed:
            name = tr("Sorted by: {key}, reversed").format(key=title)
        self.setAccessibleName(name)
        self.setToolTip(name)
