"""What the timeline does by key, button and menu, where the playhead is or with the selection."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop import icons
from desktop.keys import KeyBinding
from desktop.preview.player import Player
from desktop.timeline.edits import with_in, with_marker, with_out
from desktop.timeline.targets import OF_ITEMS, Kind, Target
from desktop.timeline.timeline import Timeline
from desktop.workspace import Workspace
from engine.arrangement import editing
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.clip_part import Marker
from engine.translation import tr

_ZOOM_STEP = 1.5
_SAME_TIME_S = 1e-3
_WITHOUT_BEATS_S = 0.5


class TimelineCommands(QObject):
    """Changes the arrangement at the playhead, or what is selected.

    Args:
        timeline: has playhead and selection.
        workspace: makes each change a step.
        player: loops.
    """

    def __init__(self, timeline: Timeline, workspace: Workspace, player: Player) -> None:
        super().__init__(timeline)
        self._timeline = timeline
        self._workspace = workspace
        self._player = player
        self.snap = self._switch("snap", tr("Snap (N)"), self._set_snapping)
        self.snap.setChecked(True)
        self.slip = self._switch("slip", tr("Drag the music in its track (Y)"), self._set_slipping)
        self.loop = self._switch("loop", tr("Play in a loop (Ctrl+L)"), lambda _: self.set_loop())
        workspace.music_changed.connect(lambda _: self.set_loop())
        workspace.clip_opened.connect(lambda _: self.set_loop())
        timeline.arrangement_changed.connect(lambda changed: workspace.edit(lambda _: changed))
        timeline.menu_requested.connect(self.show_menu)
        timeline.scene_requested.connect(workspace.scenes.toggle)
        workspace.scenes.found.connect(self._show_scenes)
        workspace.scenes.selected_changed.connect(self._show_scenes)
        workspace.scenes.entered.connect(player.seek)

    def keys(self) -> tuple[KeyBinding, ...]:
        """Return the shortcuts, for window, menu and help."""
        timeline, key, mod = self._timeline, Qt.Key, Qt.KeyboardModifier
        rows: tuple[tuple[Qt.Key, Qt.KeyboardModifier, str, str, Callable[[], object]], ...] = (
            (key.Key_I, mod.NoModifier, "I", tr("Set the in point"), self.set_in),
            (key.Key_O, mod.NoModifier, "O", tr("Set the out point"), self.set_out),
            (key.Key_X, mod.AltModifier, tr("Alt+X"), tr("Clear in and out"), self.clear_part),
            (key.Key_L, mod.ControlModifier, "Ctrl+L", tr("Play in a loop"), self.loop.trigger),
            (key.Key_M, mod.NoModifier, "M", tr("Add or name a marker"), self.add_marker),
            (key.Key_K, mod.ControlModifier, "Ctrl+K", tr("Split the music"), self.split),
            (
                key.Key_B,
                mod.ControlModifier,
                "Ctrl+B",
                tr("Give each scene its own track"),
                self.arrange_scenes,
            ),
            (key.Key_Period, mod.NoModifier, ".", tr("Music for the next scene"), self.next_scene),
            (
                key.Key_Comma,
                mod.NoModifier,
                ",",
                tr("Music for the scene before, or for the whole clip"),
                self.previous_scene,
            ),
            (key.Key_M, mod.ShiftModifier, tr("Shift+M"), tr("Mute the music"), self.toggle_mute),
            (key.Key_N, mod.NoModifier, "N", tr("Snap"), self.snap.trigger),
            (key.Key_Y, mod.NoModifier, "Y", tr("Drag the music in its track"), self.slip.trigger),
            (key.Key_Plus, mod.NoModifier, "+", tr("Zoom in"), self.zoom_in),
            (
                key.Key_Minus,
                mod.NoModifier,
                "−",
                tr("Zoom out"),
                self.zoom_out,
            ),
            (key.Key_Z, mod.ShiftModifier, tr("Shift+Z"), tr("Show the whole clip"), timeline.fit),
        )
        return tuple(KeyBinding(*row) for row in rows)

    # In and out, loop

    def _show_scenes(self) -> None:
        self._timeline.show_scenes(self._workspace.scenes.all, self._workspace.scenes.index)

    def set_in(self) -> None:
        """Let the part that gets music begin at the playhead."""
        frame, around = self._frame(), self._timeline.surroundings(snaps=False)
        self._workspace.edit(lambda arrangement: with_in(arrangement, frame, around))

    def set_out(self) -> None:
        """Let the part that gets music end with the frame at the playhead."""
        frame, around = self._frame(), self._timeline.surroundings(snaps=False)
        self._workspace.edit(lambda arrangement: with_out(arrangement, frame, around))

    def clear_part(self) -> None:
        """Let the whole clip get music."""
        forms = self._timeline.surroundings(snaps=False).forms

        def change(arrangement: Arrangement) -> Arrangement:
            if arrangement.part is None:
                return arrangement
            return editing.set_part(arrangement, None, forms)

        self._workspace.edit(change)

    def set_loop(self) -> None:
        """Play the part between in and out in a loop, the whole clip without one, or no loop."""
        arrangement, player = self._workspace.arrangement, self._player
        part_s = (0.0, player.duration_s) if arrangement is None else arrangement.part_s
        player.set_loop(part_s if self.loop.isChecked() else None)

    # Markers and music

    def add_marker(self) -> None:
        """Mark the frame at the playhead; name the marker that is there already."""
        frame, arrangement = self._frame(), self._workspace.arrangement
        if arrangement is None:
            return
        frames = [marker.frame for marker in arrangement.markers]
        if frame in frames:
            self._timeline.rename_requested.emit(frames.index(frame))
            return
        changed, target = with_marker(arrangement, Marker(frame))
        self._workspace.edit(lambda _: changed)
        self._timeline.select(target)

    def arrange_scenes(self) -> None:
        """Give each scene of the clip its own track, as the list is ranked now."""
        workspace, clip = self._workspace, self._workspace.clip
        if clip is not None:
            session, options = workspace.session, workspace.options
            workspace.arrange(
                lambda progress: session.arrange_scenes(clip, options, progress),
                self._offer_scenes_again,
            )

    def next_scene(self) -> None:
        """List tracks for the next scene; after the last one for the whole clip."""
        self._workspace.scenes.step(1)

    def previous_scene(self) -> None:
        """List tracks for the scene before; before the first one for the whole clip."""
        self._workspace.scenes.step(-1)

    def _offer_scenes_again(self) -> None:
        self._workspace.outdated.emit(
            tr(
                "The music was edited while tracks for the scenes were chosen. The edits were kept."
            ),
            tr("Choose for the scenes again"),
            self.arrange_scenes,
        )

    def split(self) -> None:
        """Split the music at the playhead."""
        frame = self._frame()

        def change(arrangement: Arrangement) -> Arrangement:
            index = self._item_at(arrangement, frame)
            return arrangement if index is None else editing.split(arrangement, index, frame)

        self._workspace.edit(change)

    def toggle_mute(self) -> None:
        """Mute the selected music or that at the playhead, or let it play again."""
        frame = self._frame()

        def change(arrangement: Arrangement) -> Arrangement:
            index = self._item_at(arrangement, frame)
            if index is None:
                return arrangement
            return editing.set_muted(arrangement, index, not arrangement.items[index].muted)

        self._workspace.edit(change)

    @property
    def item_index(self) -> int:
        """The music item that is selected, else the one at the playhead."""
        selected, arrangement = self._timeline.selected, self._timeline.arrangement
        if selected is not None and selected.kind in OF_ITEMS:
            return selected.index
        return 0 if arrangement is None else editing.index_at(arrangement, self._frame())

    def slip_to(self, track_start_s: float) -> None:
        """Let the selected music, or that at the playhead, begin elsewhere in its track."""
        index, around = self.item_index, self._timeline.surroundings(snaps=False)
        self._workspace.edit(
            lambda arrangement: editing.slip(
                arrangement, index, track_start_s, around.form(arrangement.items[index])
            )
        )

    def slip_by_beat(self, step: int) -> None:
        """Let the selected music, or that at the playhead, begin a beat later or earlier.

        Args:
            step: 1 or -1.
        """
        arrangement = self._workspace.arrangement
        if arrangement is None:
            return
        item = arrangement.items[self.item_index]
        form = self._timeline.surroundings(snaps=False).form(item)
        beats = np.append(np.asarray(form.beats_s, np.float64), 0.0)
        beyond = beats[(beats - item.track_start_s) * step > _SAME_TIME_S]
        if len(beyond):
            self.slip_to(float(beyond.min() if step > 0 else beyond.max()))
        elif not len(form.beats_s):
            self.slip_to(max(0.0, item.track_start_s + step * _WITHOUT_BEATS_S))

    def remove_selected(self) -> None:
        """Remove what is selected."""
        if self._timeline.selected is not None:
            self._timeline.remove(self._timeline.selected)

    def zoom_in(self) -> None:
        """Show less of the clip, larger."""
        self._timeline.zoom(_ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show more of the clip, smaller."""
        self._timeline.zoom(1 / _ZOOM_STEP)

    # The menu

    def show_menu(self, at: QPoint) -> None:
        """Offer what can be done with the selection, or at the playhead."""
        self.menu().exec(at)

    def menu(self) -> QMenu:
        """Return a menu of what can be done now."""
        menu, selected = QMenu(self._timeline), self._timeline.selected
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows: list[tuple[str, Callable[[], object]]] = []
        if selected is not None and selected.kind in OF_ITEMS:
            arrangement = self._workspace.arrangement
            muted = arrangement is not None and arrangement.items[selected.index].muted
            rows += [
                (tr("Unmute") if muted else tr("Mute"), self.toggle_mute),
                (tr("Split at the playhead"), self.split),
                (_removes(selected.kind), self.remove_selected),
            ]
        elif selected is not None:
            rows += self._rows_of(selected)
        else:
            rows += [
                (tr("Set the in point"), self.set_in),
                (tr("Set the out point"), self.set_out),
                (tr("Clear in and out"), self.clear_part),
                (tr("Add or name a marker"), self.add_marker),
                (tr("Show the whole clip"), self._timeline.fit),
            ]
        for text, act in rows:
            menu.addAction(text).triggered.connect(lambda _=False, act=act: act())
        return menu

    def _rows_of(self, selected: Target) -> list[tuple[str, Callable[[], object]]]:
        if selected.kind is Kind.POINT:
            return [(tr("Remove the volume point"), self.remove_selected)]
        if selected.kind is Kind.MARKER:
            rename = self._timeline.rename_requested
            return [
                (tr("Name the marker"), lambda: rename.emit(selected.index)),
                (tr("Remove the marker"), self.remove_selected),
            ]
        return [(tr("Clear in and out"), self.clear_part)]

    def _item_at(self, arrangement: Arrangement, frame: int) -> int | None:
        """Return the selected item, else the last one that plays at a frame."""
        selected = self._timeline.selected
        if selected is not None and selected.kind in OF_ITEMS:
            return selected.index
        time_s = float(arrangement.clip.time_of(frame))
        playing = [
            index
            for index, item in enumerate(arrangement.items)
            if 0 <= time_s - arrangement.start_s(item) < item.duration_s
        ]
        return playing[-1] if playing else None

    def _frame(self) -> int:
        return self._timeline.times.frame_at(self._timeline.position_s)

    def _set_snapping(self, on: bool) -> None:
        self._timeline.snaps = on

    def _set_slipping(self, on: bool) -> None:
        self._timeline.slips = on

    def _switch(self, icon: str, name: str, act: Callable[[bool], None]) -> QAction:
        action = QAction(icons.icon(icon), name, self, checkable=True)
        action.toggled.connect(act)
        return action


def _removes(kind: Kind) -> str:
    """Return what removing a part of the music removes: a fade alone, or all of it."""
    is_fade = kind in (Kind.FADE_IN, Kind.FADE_OUT)
    return tr("Remove the fade") if is_fade else tr("Remove the music")
