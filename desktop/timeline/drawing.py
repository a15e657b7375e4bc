"""Draws the timeline from layers, each painted again only when what it shows has changed."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from desktop import theme
from desktop.timeline.clip_painting import (
    ClipView,
    paint_background,
    paint_cuts,
    paint_film,
    paint_ruler,
    paint_sound,
)
from desktop.timeline.layers import Layers
from desktop.timeline.layout import Lane, LaneKind, ruler_px
from desktop.timeline.mark_painting import paint_marks
from desktop.timeline.music_painting import MusicView, paint_music
from desktop.timeline.scale import Scale
from desktop.timeline.targets import Kind, Shown, Target
from desktop.timeline.times import TimeFormat
from desktop.timeline.volume_painting import paint_volume
from engine.translation import tr


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that the timeline shows but the playhead.

    Attributes:
        scale: times as pixels.
        lanes: from top to bottom.
        height: of the timeline.
        clip: with its frames, cuts and sound.
        times: how times are written.
        shown: the music, None before there is some.
        music: how it is drawn.
    """

    scale: Scale
    lanes: tuple[Lane, ...]
    height: float
    clip: ClipView
    times: TimeFormat
    shown: Shown | None
    music: MusicView


class Drawing:
    """Keeps the layers of one timeline."""

    def __init__(self) -> None:
        self.layers = Layers()

    def draw(self, painter: QPainter, scene: Scene) -> None:
        """Draw a scene; the painter's clip decides how much is copied."""
        place = (scene.scale, scene.lanes)
        arrangement = scene.shown.arrangement if scene.shown is not None else None
        selected, draw = scene.music.selected, self.layers.draw
        spoken = arrangement.ducking if arrangement is not None else None
        key: tuple[object, ...] = (*place, scene.clip, scene.times, spoken)
        draw(painter, "clip", key, lambda inner: _paint_clip(inner, scene))
        items = arrangement.items if arrangement is not None else None
        music = scene.music
        key = (*place, items, music.is_ready, music.around, _of_music(selected), scene.clip.cuts_s)
        draw(painter, "music", key, lambda inner: _paint_music(inner, scene))
        if scene.shown is None or arrangement is None:
            return
        shown, point = scene.shown, _of(selected, Kind.POINT)
        key = (*place, arrangement.volume, arrangement.ducking, point)
        draw(painter, "volume", key, lambda inner: _paint_volume(inner, scene, shown))
        mark = _of(selected, Kind.MARKER, Kind.IN, Kind.OUT)
        key = (scene.scale, arrangement.markers, arrangement.part, mark)
        draw(painter, "marks", key, lambda inner: paint_marks(inner, shown, selected, scene.height))


def _of_music(selected: Target | None) -> Target | None:
    return None if _of(selected, Kind.POINT, Kind.MARKER, Kind.IN, Kind.OUT) else selected


def _of(selected: Target | None, *kinds: Kind) -> Target | None:
    return selected if selected is not None and selected.kind in kinds else None


def _paint_clip(painter: QPainter, scene: Scene) -> None:
    scale, clip = scene.scale, scene.clip
    ducking = scene.shown.arrangement.ducking if scene.shown is not None else None
    paint_ruler(painter, scene.lanes[0], scale, scene.times)
    _clip_to_lanes(painter, scene)
    for lane in scene.lanes:
        if lane.kind is LaneKind.FILM:
            paint_film(painter, lane, scale, clip)
        elif lane.kind is LaneKind.CLIP:
            paint_sound(painter, lane, scale, clip, ducking.spans if ducking is not None else ())
            paint_cuts(painter, lane, scale, clip.cuts_s)


def _paint_music(painter: QPainter, scene: Scene) -> None:
    _clip_to_lanes(painter, scene)
    rows = [lane for lane in scene.lanes if lane.kind is LaneKind.MUSIC]
    for lane in rows:
        rect = paint_background(painter, lane, scene.scale.width_px)
        if scene.shown is None:
            painter.setPen(theme.colour("quiet"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, tr("The music appears here"))
    if scene.shown is not None:
        paint_music(painter, scene.shown, scene.music)
        for lane in rows:
            paint_cuts(painter, lane, scene.scale, scene.clip.cuts_s)


def _paint_volume(painter: QPainter, scene: Scene, shown: Shown) -> None:
    lane = shown.lane(LaneKind.VOLUME)
    if lane is not None:
        _clip_to_lanes(painter, scene)
        paint_volume(painter, shown, scene.music.selected, lane)


def _clip_to_lanes(painter: QPainter, scene: Scene) -> None:
    # What is scrolled up goes under the ruler.
    painter.setClipRect(QRectF(0, ruler_px() + 2, scene.scale.width_px, scene.height))
