"""The preview: the picture with its music, beside the list of tracks."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from desktop.audio.mixer import Source
from desktop.clip.picture_view import PictureView
from desktop.clip.stills import to_image
from desktop.music import Music
from desktop.preview.controls import PlaybackControls
from desktop.preview.picture import Picture
from desktop.preview.player import Player
from desktop.timeline.panel import TimelinePanel
from desktop.workspace import Workspace
from engine.arrangement.arrangement import Arrangement
from engine.errors import SoundbedError
from engine.progress import ProgressStep
from engine.translation import tr

if TYPE_CHECKING:
    from pathlib import Path

    from engine.stories.analyse import ClipAnalysis
    from engine.stories.render import PreviewSound

_LEAST_WIDTH_PX = 440
_LEAST_PICTURE = QSize(128, 72)
# Of the height, the timeline gets at least and at most, unless the user moves the divider.
_TIMELINE_SHARE = 0.32
_MOST_TIMELINE_SHARE = 0.58


class PreviewPanel(QFrame):
    """Plays the clip with its music; moving the music and its level changes the workspace.

    Args:
        workspace: the open clip.
        player: for tests; by default one with this machine's audio device.
    """

    failed = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        player: Player | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._workspace = workspace
        self.picture = Picture(self)
        self.player = player or Player(self.picture, parent=self)
        self._view = PictureView()
        self._view.setMinimumSize(_LEAST_PICTURE)
        self.editor = TimelinePanel(workspace, self.player)
        self.timeline = self.editor.timeline
        self.controls = PlaybackControls()
        self.transport = self.controls.transport
        self.levels = self.controls.levels
        self.speech = self.controls.speech
        self.loudness = self.controls.loudness
        self._sounds: dict[Source, Path | None] = {}
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        upper = QWidget()
        layout = QVBoxLayout(upper)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._view, 1)
        layout.addWidget(self.controls)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(upper)
        self._split.addWidget(self.editor)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(8)
        self._split_by_hand = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 12, 10)
        outer.addWidget(self._split)

    def _connect(self) -> None:
        workspace, player = self._workspace, self.player
        workspace.clip_opened.connect(self._show_clip)
        workspace.picture_preparing.connect(self._show_proxy_step)
        workspace.picture_ready.connect(self._load_picture)
        workspace.music_changed.connect(self._show_music)
        workspace.sound_preparing.connect(self._prepare_sound)
        workspace.sound_ready.connect(self._load_sound)
        workspace.sound_failed.connect(self._show_sound_error)
        self.picture.frame_changed.connect(self._view.show_frame)
        self.picture.stepped.connect(player.finish_step)
        self.picture.failed.connect(self._show_picture_error)
        self.picture.resumed.connect(lambda: self._view.show_note(""))
        self._view.size_changed.connect(self.picture.set_size)
        player.moved.connect(workspace.listening.set_position)
        player.playing_changed.connect(self.transport.set_playing)
        player.speed_changed.connect(self.transport.set_speed)
        self._view.clicked.connect(player.toggle)
        self.transport.play_requested.connect(player.toggle)
        self.transport.start_requested.connect(lambda: player.seek(0.0))
        self.transport.end_requested.connect(lambda: player.seek(player.duration_s))
        self.transport.step_requested.connect(player.step)
        self.timeline.seek_requested.connect(player.seek)
        self._split.splitterMoved.connect(self._keep_split)
        self.timeline.rows_changed.connect(self._divide)
        self.timeline.previewed.connect(self._play_levels)
        self.timeline.failed.connect(self.failed)
        self.levels.played_changed.connect(self._set_gains)
        self.levels.released.connect(workspace.set_levels)
        self.loudness.chosen.connect(workspace.set_loudness)
        self.speech.chosen.connect(workspace.set_ducking)
        self.speech.clip_gain_chosen.connect(self._set_clip_gain)
        self.speech.kept.connect(self._keep_ducking)

    def release(self) -> None:
        """Stop, and close all files: some systems can't delete open ones."""
        self.player.pause()
        self.picture.load(None)
        self._set_sound(None, None)

    def minimumSizeHint(self) -> QSize:
        """Leave room for the timeline."""
        return super().minimumSizeHint().expandedTo(QSize(_LEAST_WIDTH_PX, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the height between picture and timeline."""
        super().resizeEvent(event)
        self._divide()

    def showEvent(self, event: QShowEvent) -> None:
        """Divide the height that it got while it was hidden."""
        super().showEvent(event)
        self._divide()

    def _divide(self) -> None:
        height = sum(self._split.sizes())
        if self._split_by_hand or not height:
            return
        wanted = max(self.editor.sizeHint().height(), round(_TIMELINE_SHARE * height))
        lower = min(wanted, round(_MOST_TIMELINE_SHARE * height))
        self._split.setSizes([height - lower, lower])

    def _keep_split(self) -> None:
        self._split_by_hand = True

    # The clip

    def _show_clip(self, clip: "ClipAnalysis") -> None:
        info = clip.info
        self.release()
        self.player.load(info.duration_s, float(info.frame_rate))
        self.levels.set_clip_sound(info.sound is not None)
        self.speech.set_clip(clip.sound, info.sound is not None)
        still = to_image(clip.filmstrip[0].pixels) if clip.filmstrip else None
        self._view.show_frame(still)
        self._view.show_note("")
        self.picture.load(info.path)

    def _show_proxy_step(self, step: ProgressStep) -> None:
        share = f" {round(100 * step.done / step.total)} %" if step.total else ""
        self._view.show_note(step.stage + share)

    def _load_picture(self, path: "Path") -> None:
        self._view.show_note("")
        clip = self._workspace.clip
        if clip is not None and path != clip.info.path:
            self.picture.switch(path)

    def _show_picture_error(self, _message: str) -> None:
        self._view.show_note(tr("This video can't be shown here; its sound still plays."))

    # The music

    def _show_music(self, music: Music) -> None:
        arrangement = music.arrangement
        self.levels.set_gains(arrangement.music_gain_db, arrangement.clip_gain_db)
        self.loudness.show_target(arrangement.target_lufs)
        self.speech.show_ducking(self._workspace.speech, arrangement)
        self._set_gains()
        self._play_levels(arrangement)

    def _keep_ducking(self) -> None:
        workspace = self._workspace
        workspace.set_settings(workspace.speech.kept_in(workspace.settings))

    def _set_clip_gain(self, clip_gain_db: float) -> None:
        arrangement = self._workspace.arrangement
        if arrangement is not None:
            self._workspace.set_levels(arrangement.music_gain_db, clip_gain_db)

    def _play_levels(self, arrangement: Arrangement) -> None:
        """Let the music follow the volume line, also while a point is dragged."""
        self.player.sound.set_levels(arrangement.gain_points)

    def _prepare_sound(self) -> None:
        # Meanwhile the music before plays on.
        self.timeline.set_ready(False)

    def _load_sound(self, sound: "PreviewSound | None") -> None:
        if sound is not None:
            self._set_sound(sound.music, sound.clip)
        self.timeline.set_ready(True)
        if self._workspace.play_when_ready:
            self._workspace.play_when_ready = False
            if not self.player.playing:
                self.player.play()

    def _show_sound_error(self, error: SoundbedError) -> None:
        self._workspace.play_when_ready = False
        self.player.pause()
        self._set_sound(None, None)
        self.timeline.set_ready(True)
        self.failed.emit(error)

    def _set_sound(self, music: "Path | None", clip: "Path | None") -> None:
        for source, path in ((Source.MUSIC, music), (Source.CLIP, clip)):
            if self._sounds.get(source) != path:
                self._sounds[source] = path
                self.player.sound.set_sound(source, path)

    def _set_gains(self) -> None:
        music_gain_db, clip_gain_db = self.levels.played_gains_db
        self.player.sound.set_gain(Source.MUSIC, music_gain_db)
        self.player.sound.set_gain(Source.CLIP, clip_gain_db)
