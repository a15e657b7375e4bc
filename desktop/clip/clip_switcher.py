"""Which of the open clips is shown, and the way to the others."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from desktop import icons
from desktop.clip.open_clips import ListedClip, OpenClips
from engine.errors import display_path
from engine.translation import tr, trn

PREVIOUS_KEY, NEXT_KEY = "Ctrl+PgUp", "Ctrl+PgDown"


class ClipSwitcher(QFrame):
    """Previous, “2 of 5”, next; hidden while there is one clip alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clips: OpenClips | None = None
        self._previous = _button("previous", tr("Previous clip ({key})").format(key=PREVIOUS_KEY))
        self._next = _button("next", tr("Next clip ({key})").format(key=NEXT_KEY))
        self._list = QToolButton()
        self._list.setObjectName("flat")
        self._list.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        self._list.setMenu(self._menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in (self._previous, self._list, self._next):
            row.addWidget(button)
        self.hide()

    def follow(self, clips: OpenClips) -> None:
        """Show a list of open clips from now on."""
        self._clips = clips
        self._previous.clicked.connect(lambda: clips.step(-1))
        self._next.clicked.connect(lambda: clips.step(1))
        clips.changed.connect(self._refresh)
        self._refresh()

    @property
    def text(self) -> str:
        """What is written between the buttons."""
        return self._list.text()

    def _refresh(self) -> None:
        clips = self._clips
        if clips is None:
            return
        at, n_clips, n_waiting = clips.current, len(clips.clips), clips.n_waiting
        self.setVisible(n_clips > 1 or (n_clips == 1 and at is None))
        self._previous.setEnabled(at is not None and at > 0)
        self._next.setEnabled(n_clips > 0 and (at is None or at < n_clips - 1))
        if at is None:
            text = trn("{n} clip", "{n} clips", n_clips).format(n=n_clips)
        else:
            text = tr("{number} of {all}").format(number=at + 1, all=n_clips)
        if n_waiting:
            text += " · " + trn("{n} waiting", "{n} waiting", n_waiting).format(n=n_waiting)
        self._list.setText(text)
        name = tr("Open clips: {which}").format(which=text)
        self._list.setAccessibleName(name)
        self._list.setToolTip(name)

    def _fill(self) -> None:
        clips = self._clips
        assert clips is not None
        self._menu.clear()
        remove = QMenu(tr("&Remove from this list"), self._menu)
        for number, clip in enumerate(clips.clips):
            name = display_path(clip.path.name).replace("&", "&&")
            is_current = number == clips.current
            action = self._menu.addAction(f"{name}\t{state_of(clip)}")
            action.setCheckable(True)
            action.setChecked(is_current)
            action.setToolTip(clip.problem or display_path(clip.path))
            action.triggered.connect(lambda _=False, path=clip.path: clips.show(path))
            if not is_current:
                gone = remove.addAction(name)
                gone.triggered.connect(lambda _=False, path=clip.path: clips.remove(path))
        self._menu.addSeparator()
        self._menu.addMenu(remove)
        remove.setEnabled(bool(remove.actions()))


def state_of(clip: ListedClip) -> str:
    """Return what state a clip is in, translated; "" when it can be opened."""
    if clip.problem:
        return tr("can't be used")
    return "" if clip.is_ready else tr("waiting")


def _button(icon: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("flat")
    button.setIcon(icons.icon(icon))
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button
