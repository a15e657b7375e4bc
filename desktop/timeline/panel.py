"""The timeline with its buttons and scroll bars, and the track of the selected music below it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.elided import ElidedLabel
from desktop.music import Music
from desktop.preview.player import Player
from desktop.timeline.commands import TimelineCommands
from desktop.timeline.edits import with_markers
from desktop.timeline.marker_name import MarkerName
from desktop.timeline.overview import Overview
from desktop.timeline.time_label import TimeLabel
from desktop.timeline.timeline import Timeline
from desktop.timeline.waveforms import Waveforms
from desktop.timeline.words import describe_parts
from desktop.workspace import Workspace
from engine.arrangement.arrangement import Arrangement
from engine.settings import TimeDisplay
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.stories.analyse import ClipAnalysis

_SCROLL_STEPS = 10_000
_ROW_STEP_PX = 24
_LEAST_SELECTION_PX = 60


class TimelinePanel(QWidget):
    """Buttons, timeline and overview.

    Args:
        workspace: the open clip.
        player: plays in a loop.
    """

    def __init__(self, workspace: Workspace, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._player = player
        self._music: Music | None = None
        self._renamed = 0
        self._selected_text = ""
        self._shown_index = 0
        self._rows_at = 0
        self.timeline = Timeline()
        self.overview = Overview()
        self.time = TimeLabel()
        self.timeline.set_display(workspace.settings.time_display)
        self.commands = TimelineCommands(self.timeline, workspace, player)
        self._waveforms = Waveforms(workspace.session, workspace.runner, self)
        self._name = MarkerName(self.timeline)
        self._selection = ElidedLabel()
        self._selection.setObjectName("small")
        self._along = QScrollBar(Qt.Orientation.Horizontal)
        self._down = QScrollBar(Qt.Orientation.Vertical)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        commands, timeline = self.commands, self.timeline
        tools = self._tools = QHBoxLayout()
        tools.setSpacing(2)
        tools.addWidget(self.time)
        tools.addSpacing(8)
        for action in (commands.snap, commands.slip, commands.loop):
            tools.addWidget(_switch(action))
        tools.addSpacing(8)
        tools.addWidget(self._selection, 1)
        tools.addSpacing(8)
        for icon, name, act in (
            ("zoom-out", tr("Zoom out (−)"), commands.zoom_out),
            ("fit", tr("Show the whole clip (Shift+Z)"), timeline.fit),
            ("zoom-in", tr("Zoom in (+)"), commands.zoom_in),
        ):
            tools.addWidget(_button(icon, name, act))
        keeps_place = self._along.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self._along.setSizePolicy(keeps_place)
        self._along.setAccessibleName(tr("Part of the clip that is shown"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(tools)
        self._down.setAccessibleName(tr("Rows of music that are shown"))
        self._down.hide()
        lanes = QHBoxLayout()
        lanes.setSpacing(2)
        lanes.addWidget(timeline, 1)
        lanes.addWidget(self._down)
        layout.addLayout(lanes, 1)
        layout.addWidget(self._along)
        layout.addWidget(self.overview)

    def _connect(self) -> None:
        workspace, timeline = self._workspace, self.timeline
        workspace.clip_opened.connect(self._show_clip)
        workspace.music_changed.connect(self._show_music)
        timeline.selection_changed.connect(self._show_selection)
        timeline.scale_changed.connect(self._show_scale)
        timeline.rename_requested.connect(self._ask_for_name)
        self._name.named.connect(self._rename)
        self._along.valueChanged.connect(self._scroll)
        self._down.valueChanged.connect(self._scroll_down)
        timeline.rows_scrolled.connect(self._show_rows)
        self._waveforms.ready.connect(timeline.set_peaks)
        self.overview.start_requested.connect(self.commands.slip_to)
        self.overview.step_requested.connect(self.commands.slip_by_beat)
        self.time.display_chosen.connect(self._choose_display)
        self._player.moved.connect(self._show_position)

    def release(self) -> None:
        """Read nothing more, as before the window closes."""
        self._waveforms.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the length of the clip only where there is room for it."""
        super().resizeEvent(event)
        self._fit_tools()

    def _fit_tools(self) -> None:
        # Without the time, and with a few words about the selection.
        others = self._tools.minimumSize().width() - self.time.minimumSizeHint().width()
        room = self.width() - others - _LEAST_SELECTION_PX
        self.time.show_length(self.time.whole_width <= room)

    def _show_position(self, position_s: float) -> None:
        self.time.set_position(position_s)
        follow = self._player.playing and not self.timeline.dragging
        self.timeline.set_position(position_s, follow)
        if self._music is not None and self.commands.item_index != self._shown_index:
            self._show_selection(self._selected_text)

    def _choose_display(self, display: TimeDisplay) -> None:
        workspace = self._workspace
        workspace.set_settings(replace(workspace.settings, time_display=display))
        self.timeline.set_display(display)
        self.time.show_times(self.timeline.times, self._player.duration_s)
        self._fit_tools()

    def _show_clip(self, clip: "ClipAnalysis") -> None:
        self._music = None
        self.timeline.show_clip(clip)
        self.time.show_times(self.timeline.times, clip.info.duration_s)
        self._fit_tools()
        self.overview.show_item(None, None)
        self._waveforms.open_clip(clip)

    def _show_music(self, music: Music) -> None:
        self._music = music
        self.timeline.show_music(music)
        self._waveforms.show_music(music)

    def _show_selection(self, text: str) -> None:
        music, self._selected_text = self._music, text
        if music is None:
            self._selection.show_text("")
            return
        items, self._shown_index = music.arrangement.items, self.commands.item_index
        item = items[min(self._shown_index, len(items) - 1)]
        self.overview.show_item(item, music.features[item.track.path])
        if not text and len(items) == 1:
            text = describe_parts(item)
        elif not text:
            text = trn("{n} pieces of music", "{n} pieces of music", len(items)).format(
                n=len(items)
            )
        self._selection.show_text(text)

    # Zoom and scroll

    def _show_scale(self) -> None:
        scale = self.timeline.scale
        self._along.setVisible(not scale.is_fitted)
        self._waveforms.set_scale(scale.per_s)
        if scale.duration_s <= 0:
            return
        with QSignalBlocker(self._along):
            page = round(_SCROLL_STEPS * scale.shown_s / scale.duration_s)
            self._along.setRange(0, _SCROLL_STEPS - page)
            self._along.setPageStep(max(page, 1))
            self._along.setSingleStep(max(page // 10, 1))
            self._along.setValue(round(_SCROLL_STEPS * scale.first_s / scale.duration_s))

    def _scroll(self, value: int) -> None:
        self.timeline.scroll_to(value / _SCROLL_STEPS * self.timeline.scale.duration_s)

    def _show_rows(self, overflow_px: int, scrolled_px: int) -> None:
        self._down.setVisible(overflow_px > 0)
        with QSignalBlocker(self._down):
            self._down.setRange(0, overflow_px)
            self._down.setPageStep(self.timeline.height())
            self._down.setSingleStep(_ROW_STEP_PX)
            self._down.setValue(scrolled_px)
        self._rows_at = scrolled_px

    def _scroll_down(self, value: int) -> None:
        self.timeline.scroll_rows(value - self._rows_at)

    # Naming markers

    def _ask_for_name(self, index: int) -> None:
        arrangement = self._workspace.arrangement
        if arrangement is not None:
            self._renamed = index
            marker = arrangement.markers[index]
            x = self.timeline.scale.x(float(arrangement.clip.time_of(marker.frame)))
            self._name.ask(marker.name, x)

    def _rename(self, name: str) -> None:
        def change(arrangement: Arrangement) -> Arrangement:
            markers = list(arrangement.markers)
            markers[self._renamed] = replace(markers[self._renamed], name=name)
            return with_markers(arrangement, markers)

        self._workspace.edit(change)


def _switch(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setObjectName("tool")
    button.setDefaultAction(action)
    return _small(button, action.text())


def _button(icon: str, name: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setObjectName("tool")
    button.setIcon(icons.icon(icon))
    button.clicked.connect(act)
    return _small(button, name)


def _small(button: QToolButton, name: str) -> QToolButton:
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
