"""The question what becomes of a clip's own sound where it holds music already."""

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop import icons
from desktop.elided import ElidedButton
from desktop.store import stored_list
from desktop.workspace import Workspace
from engine.arrangement.gains import MUTED_DB
from engine.stories.analyse import ClipAnalysis
from engine.translation import tr

_KEY = "clips/music-answered"
_N_KEPT = 500


class MusicNotice(QFrame):
    """Asks once for each clip whether its own sound is muted or mixed with the music.

    The answer is a level of the clip's sound, which can be undone and is saved with the clip.

    Args:
        workspace: the open clip.
        store: remembers for which clips there was an answer.
    """

    def __init__(
        self, workspace: Workspace, store: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._workspace = workspace
        self._store = store
        self._asked: str | None = None
        self._is_open = self._is_clip_shown = False
        text = QLabel(tr("This clip's own sound seems to hold music already."))
        text.setWordWrap(True)
        self.setAccessibleName(text.text())
        symbol = QLabel()
        symbol.setPixmap(icons.icon("music", "accent").pixmap(18, 18))
        self.mute = ElidedButton(tr("Mute the clip's sound"), icons.icon("mute"))
        self.mute.clicked.connect(self._mute)
        self.mix = ElidedButton(tr("Mix both"), icons.icon("sound"))
        self.mix.clicked.connect(self._mix)
        self.close_button = QToolButton()
        self.close_button.setObjectName("flat")
        self.close_button.setIcon(icons.icon("close", "quiet"))
        self.close_button.setToolTip(tr("Ask again when the clip is opened next"))
        self.close_button.setAccessibleName(self.close_button.toolTip())
        self.close_button.clicked.connect(lambda: self._open(False))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 8, 4)
        row.setSpacing(10)
        row.addWidget(symbol, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(text, 1)
        for button in (self.mute, self.mix, self.close_button):
            row.addWidget(button)
        self.hide()
        workspace.clip_opened.connect(self._show_clip)
        workspace.music_changed.connect(self._ask)

    def set_clip_shown(self, is_shown: bool) -> None:
        """Follow whether the user sees the clip that it speaks of."""
        self._is_clip_shown = is_shown
        self._open(self._is_open)

    def _open(self, is_open: bool) -> None:
        self._is_open = is_open
        self.setVisible(is_open and self._is_clip_shown)

    def _show_clip(self, _clip: ClipAnalysis) -> None:
        self._asked = None
        self._open(False)

    def _ask(self) -> None:
        # An answer is a change of the music, so there must be some.
        clip = self._workspace.clip
        if clip is None or clip.content_hash == self._asked:
            return
        self._asked = clip.content_hash
        self._open(clip.sound.has_music and clip.content_hash not in stored_list(self._store, _KEY))

    def _mute(self) -> None:
        self._workspace.edit(lambda music: music.with_gains(clip_gain_db=MUTED_DB))
        self._keep_answer()

    def _mix(self) -> None:
        music = self._workspace.arrangement
        if music is not None and music.clip_gain_db <= MUTED_DB:
            self._workspace.edit(lambda music: music.with_gains(clip_gain_db=0.0))
        self._keep_answer()

    def _keep_answer(self) -> None:
        if self._asked is not None:
            kept = [self._asked, *stored_list(self._store, _KEY)][:_N_KEPT]
            self._store.setValue(_KEY, kept)
        self._open(False)
