"""The open clips as tabs: which one is shown, which are being analysed, which can't be used."""

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QTabBar, QWidget

from desktop import icons
from desktop.clip.open_clips import ListedClip, OpenClips
from desktop.tooltips import plain_tip
from engine.errors import display_path
from engine.translation import tr

_MOST_CHARACTERS = 24
PREVIOUS_KEY, NEXT_KEY = "Ctrl+PgUp", "Ctrl+PgDown"


class ClipTabs(QTabBar):
    """A tab for each open clip; hidden while there is one clip alone.

    Args:
        clips: the open clips.
        parent: its owner.
    """

    def __init__(self, clips: OpenClips, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clips = clips
        self._listed: tuple[ListedClip, ...] = ()
        self.setObjectName("clips")
        self.setAccessibleName(tr("Open clips"))
        self.setDocumentMode(True)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        # Only long names are shortened; tabs without room are scrolled.
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setTabsClosable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask)
        self.currentChanged.connect(self._show)
        # The current one too, from a clip that couldn't be opened.
        self.tabBarClicked.connect(self._show)
        self.tabCloseRequested.connect(self._close)
        clips.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        """Show the clips as they are now, without choosing one."""
        listed, at = self._clips.clips, self._clips.current
        with QSignalBlocker(self):
            while self.count() > len(listed):
                self.removeTab(self.count() - 1)
            for number, clip in enumerate(listed):
                if number == self.count():
                    self.addTab("")
                self._describe(number, clip)
            if at is not None:
                self.setCurrentIndex(at)
        self._listed = listed
        self.setVisible(len(listed) > 1 or (len(listed) == 1 and at is None))

    def _describe(self, number: int, clip: ListedClip) -> None:
        name, state = display_path(clip.path.name), state_of(clip)
        metrics = self.fontMetrics()
        most = _MOST_CHARACTERS * metrics.averageCharWidth()
        short = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, most)
        self.setTabText(number, short.replace("&", "&&"))
        icon = "warning" if clip.problem else "film" if clip.is_ready else "refresh"
        self.setTabIcon(number, icons.icon(icon, "problem" if clip.problem else "quiet"))
        about = "\n".join(filter(None, (display_path(clip.path), clip.problem or state)))
        self.setTabToolTip(number, plain_tip(about))
        self.setAccessibleTabName(number, f"{name}, {state}" if state else name)

    def _show(self, number: int) -> None:
        if 0 <= number < len(self._listed):
            self._clips.show(self._listed[number].path)

    def _close(self, number: int) -> None:
        if 0 <= number < len(self._listed):
            self._clips.remove(self._listed[number].path)

    def _ask(self, at: QPoint) -> None:
        number = self.tabAt(at)
        if number < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # The list may change while the menu is open.
        path = self._listed[number].path
        menu.addAction(tr("&Close")).triggered.connect(lambda: self._clips.remove(path))
        others = menu.addAction(tr("Close the &others"))
        others.triggered.connect(lambda: self._clips.remove_others(path))
        others.setEnabled(len(self._listed) > 1)
        menu.exec(self.mapToGlobal(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close a clip with the middle button, as in a browser."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._close(self.tabAt(event.position().toPoint()))
        super().mouseReleaseEvent(event)


def state_of(clip: ListedClip) -> str:
    """Return what state a clip is in, translated; "" when it can be opened."""
    if clip.problem:
        return tr("can't be used")
    if clip.is_being_analysed:
        return tr("being analysed")
    return "" if clip.is_ready else tr("waiting")
