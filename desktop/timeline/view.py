"""Shows the clip and its music over time: what the timeline is, without mouse and keys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.clip.stills import to_image
from desktop.music import Music
from desktop.timeline.clip_painting import ClipView
from desktop.timeline.drawing import Drawing, Scene
from desktop.timeline.edits import Dragged
from desktop.timeline.layout import Lane, LaneKind, lanes, least_height, rows_of, wanted_height
from desktop.timeline.mark_painting import (
    PLAYHEAD_REACH_PX,
    paint_playhead,
    paint_readout,
    paint_snap_line,
)
from desktop.timeline.music_painting import MusicView
from desktop.timeline.scale import Scale
from desktop.timeline.scene_painting import scene_at
from desktop.timeline.snapping import Surroundings
from desktop.timeline.targets import Shown, Target, exists
from desktop.timeline.times import TimeFormat
from desktop.timeline.waveform import Peaks
from desktop.timeline.words import describe, describe_scene, untitled
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.clip_part import ClipPart
from engine.media.timecode import TimecodeBase, timecode_base
from engine.settings import TimeDisplay
from engine.translation import tr

if TYPE_CHECKING:
    from engine.media.frames import Frame
    from engine.stories.analyse import ClipAnalysis

_SNAP_PX = 10.0
_SMALLEST_WIDTH_PX, _SMALLEST_HEIGHT_PX = 320, 118


class TimelineView(QWidget):
    """Draws the clip and the music under it, from cached pictures."""

    selection_changed = Signal(str)
    scale_changed = Signal()
    rows_changed = Signal()
    rows_scrolled = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.snaps = True
        self._clip = ClipView()
        self._times = TimeFormat(TimecodeBase(Fraction(25)))
        self._arrangement: Arrangement | None = None
        self._around = Surroundings({}, np.zeros(0))
        self._peaks: dict[Path, Peaks] = {}
        self._stored_peaks: Mapping[Path, Peaks] = {}
        self._selected: Target | None = None
        self._is_ready = True
        self._hides_titles = False
        self._scale = Scale()
        self._scrolled_px = 0.0
        self._position_s = 0.0
        self._n_rows = 1
        self._rows_found: tuple[Arrangement | None, list[int]] = (None, [])
        self._dragged: Dragged | None = None
        self._readout: tuple[str, QPointF] | None = None
        self._drawing = Drawing()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Timeline of the clip"))

    # What is shown

    @property
    def arrangement(self) -> Arrangement | None:
        """The arrangement as it is shown: with what is being dragged."""
        return self._dragged.arrangement if self._dragged else self._arrangement

    @property
    def selected(self) -> Target | None:
        """What is selected."""
        return self._selected

    @property
    def scale(self) -> Scale:
        """Which part of the clip is shown."""
        return self._scale

    @property
    def times(self) -> TimeFormat:
        """How times are written."""
        return self._times

    @property
    def position_s(self) -> float:
        """Where the playhead is."""
        return self._position_s

    def surroundings(self, snaps: bool) -> Surroundings:
        """Return what a change of the arrangement goes by.

        Args:
            snaps: whether it snaps, if snapping is on.
        """
        reach_s = _SNAP_PX / self._scale.per_s if snaps and self.snaps and self._scale.per_s else 0
        return replace(self._around, playhead_s=self._position_s, reach_s=reach_s)

    def shown(self) -> Shown | None:
        """Return what is where, None before there is music."""
        arrangement = self.arrangement
        if arrangement is None:
            return None
        return Shown(arrangement, self._scale, self._lanes(), self._rows)

    def show_clip(self, clip: "ClipAnalysis") -> None:
        """Show another clip, with no music yet."""
        info = clip.info
        cuts_s = np.sort(np.asarray(clip.features.descriptors.cuts_s, np.float64))
        self._clip = ClipView(_stills(clip.filmstrip), cuts_s, info.sound is not None)
        base = timecode_base(info.frame_rate, info.start_timecode)
        self._times = TimeFormat(base, self._times.display)
        self._arrangement = self._dragged = self._selected = None
        self._around = Surroundings({}, cuts_s)
        self._peaks.clear()
        self._position_s, self._n_rows = 0.0, 1
        self.updateGeometry()
        self.rows_changed.emit()
        self._show_scale(Scale(info.duration_s, self._scale.width_px).fitted())
        self._describe()

    def show_music(self, music: Music) -> None:
        """Show the music under the clip."""
        self._arrangement, self._dragged = music.arrangement, None
        tracks = {track.path for track in music.tracks}
        if tracks != set(self._around.forms):
            self._around = replace(self._around, forms=music.forms)
            self._stored_peaks = {
                path: Peaks.of(music.features[path].peaks, music.features[path].duration_s)
                for path in tracks
            }
        if self._selected is not None and not exists(self._selected, music.arrangement):
            self._selected = None
        n_rows = max(self._rows, default=0) + 1
        if n_rows != self._n_rows:
            self._n_rows = n_rows
            self.updateGeometry()
            self.rows_changed.emit()
        self.scroll_rows(0.0)
        self._describe()

    def show_scenes(self, scenes: Sequence[ClipPart], selected: int | None) -> None:
        """Show the scenes of the clip over its film.

        Args:
            scenes: by time; empty for a single one.
            selected: the number of the one that the list is for; None for the whole clip.
        """
        rate = self._times.base.rate
        spans_s = tuple(
            (float(scene.first_frame / rate), float(scene.end_frame / rate)) for scene in scenes
        )
        self._clip = replace(self._clip, scenes_s=spans_s, scene=selected)
        self._describe()

    def scene_at(self, at: QPointF, *, by_number: bool) -> int | None:
        """Return the number of the scene at a point of the film.

        Args:
            at: in pixels of the timeline.
            by_number: whether only the numbers count.
        """
        film = next(lane for lane in self._lanes() if lane.kind is LaneKind.FILM)
        scenes_s = self._clip.scenes_s
        return scene_at(at.x(), at.y(), film, self._scale, scenes_s, by_number=by_number)

    def set_peaks(self, path: Path | None, peaks: Peaks) -> None:
        """Draw finer peaks of a track, or of the clip's own sound.

        Args:
            path: of the track; None for the clip.
            peaks: of its sound.
        """
        if path is None:
            self._clip = replace(self._clip, peaks=peaks)
        else:
            self._peaks[path] = peaks
        self._drawing.layers.forget()
        self.update()

    def set_ready(self, ready: bool) -> None:
        """Draw the music dimmed while its sound is prepared."""
        self._is_ready = ready
        self.update()

    def hide_titles(self, hides: bool) -> None:
        """Hide the titles of the music, such as in a blind comparison, or show them again."""
        self._hides_titles = hides
        self._drawing.layers.forget()
        self._describe()

    def set_display(self, display: TimeDisplay) -> None:
        """Write times in another way."""
        self._times = replace(self._times, display=display)
        self._describe()

    def set_position(self, position_s: float, follow: bool = False) -> None:
        """Move the playhead.

        Args:
            position_s: where to.
            follow: whether to turn the page when it leaves what is shown.
        """
        before, self._position_s = self._scale.x(self._position_s), position_s
        revealing = self._scale.revealing(position_s) if follow else self._scale
        if revealing != self._scale:
            self._show_scale(revealing)
            return
        after = self._scale.x(position_s)
        for x in (before, after):
            left = round(x) - PLAYHEAD_REACH_PX
            self.update(left, 0, 2 * PLAYHEAD_REACH_PX, self.height())

    def select(self, target: Target | None) -> None:
        """Select something, or nothing."""
        if target != self._selected:
            self._selected = target
            self._describe()

    def zoom(self, factor: float, at_x: float | None = None) -> None:
        """Zoom in by a factor, or out below 1.

        Args:
            factor: above 0.
            at_x: what stays where it is; None for the playhead, if it is shown.
        """
        if at_x is None:
            playhead = self._scale.x(self._position_s)
            at_x = playhead if 0 <= playhead <= self.width() else self.width() / 2
        self._show_scale(self._scale.zoomed(factor, at_x))

    def fit(self) -> None:
        """Show the whole clip."""
        self._show_scale(self._scale.fitted())

    def scroll_to(self, first_s: float) -> None:
        """Show the clip from another time."""
        self._show_scale(self._scale.scrolled_to(first_s))

    def scroll_rows(self, by_px: float) -> bool:
        """Scroll the lanes up; return whether there is more than fits."""
        overflow = max(least_height(self._n_rows, self._clip.has_sound) - self.height(), 0.0)
        self._scrolled_px = min(max(self._scrolled_px + by_px, 0.0), overflow)
        self.update()
        self.rows_scrolled.emit(round(overflow), round(self._scrolled_px))
        return overflow > 0

    def _show_scale(self, scale: Scale) -> None:
        self._scale = scale
        self.update()
        self.scale_changed.emit()

    @property
    def _rows(self) -> list[int]:
        # The same arrangement is painted and pointed at many times.
        arrangement = self.arrangement
        if self._rows_found[0] is not arrangement:
            self._rows_found = (arrangement, rows_of(arrangement))
        return self._rows_found[1]

    def _lanes(self) -> list[Lane]:
        n_rows = max(self._n_rows, max(self._rows, default=0) + 1)
        return lanes(self.height(), n_rows, self._clip.has_sound, self._scrolled_px)

    def _describe(self) -> None:
        """Tell what is selected, also to screen readers."""
        arrangement, selected = self.arrangement, self._selected
        known = arrangement is not None and selected is not None and exists(selected, arrangement)
        text = ""
        if known and arrangement is not None and selected is not None:
            known_as = untitled(arrangement) if self._hides_titles else arrangement
            text = describe(selected, known_as, self._times)
        elif self._clip.scene is not None:
            text = describe_scene(self._clip.scene, self._clip.scenes_s, self._times)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)
        self.selection_changed.emit(text)
        self.update()

    # Size

    def sizeHint(self) -> QSize:
        """Show every lane well."""
        return QSize(600, round(wanted_height(self._n_rows, self._clip.has_sound)))

    def minimumSizeHint(self) -> QSize:
        """The film and the title of the music; the rest is scrolled."""
        return QSize(_SMALLEST_WIDTH_PX, _SMALLEST_HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the same part of the clip."""
        super().resizeEvent(event)
        self._show_scale(self._scale.resized(self.width()))
        self.scroll_rows(0.0)

    def changeEvent(self, event: QEvent) -> None:
        """Draw everything in the colours of another theme, or in another font."""
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)
        if event.type() in kinds:
            self._drawing.layers.forget()
            self.update()
        super().changeEvent(event)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lanes, the marks and the playhead."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        if self._scale.per_s <= 0:
            painter.end()
            return
        self._drawing.draw(painter, self._scene())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dragged is not None and self._dragged.line_s is not None:
            paint_snap_line(painter, self._scale.x(self._dragged.line_s), self.height())
        paint_playhead(painter, self._scale.x(self._position_s), self.height())
        if self._readout is not None:
            paint_readout(painter, *self._readout, self._scale)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _scene(self) -> Scene:
        peaks = {**self._stored_peaks, **self._peaks}
        view = MusicView(self._around, peaks, self._selected, self._is_ready)
        rows = tuple(self._lanes())
        shown = self.shown()
        if shown is not None and self._hides_titles:
            shown = replace(shown, arrangement=untitled(shown.arrangement))
        return Scene(self._scale, rows, self.height(), self._clip, self._times, shown, view)


def _stills(filmstrip: "Sequence[Frame]") -> list[tuple[float, QImage]]:
    return [(frame.time_s, to_image(frame.pixels)) for frame in filmstrip]
