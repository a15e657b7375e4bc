"""A timeline as FCPXML 1.10, which Final Cut Pro and Resolve import.

Times are exact fractions of a second, of whole frames, and count from 00:00:00:00: a file's `start`
is its first timecode, a clip's `start` a time of its file, and a connected clip's `offset` a time
of the clip that it is connected to. Since all files have the timecode of their place on the
timeline, these are the same. Resolve reads a level in `amount` as a bare number of dB alone, and
keyframes with their unit; Final Cut reads both.
"""

from fractions import Fraction
from xml.etree import ElementTree as ET

from engine.export.edit import Edit, Piece
from engine.export.file_urls import file_url
from engine.export.levels import LevelPoint
from engine.export.mixing import MIX_RATE_HZ
from engine.export.plain_text import one_line
from engine.export.xml_text import add, document

_VERSION = "1.10"
_PICTURE_FORMAT = "r1"
_CLIP_ASSET = "r2"


def fcpxml_text(edit: Edit) -> str:
    """Return the timeline as an XML document."""
    root = ET.Element("fcpxml", version=_VERSION)
    pieces = list(edit.pieces())
    assets = {id(piece): f"r{number}" for number, piece in enumerate(pieces, 3)}
    _add_resources(add(root, "resources"), edit, assets)
    event = add(add(root, "library"), "event", name=edit.name)
    sequence = add(
        add(event, "project", name=edit.name),
        "sequence",
        format=_PICTURE_FORMAT,
        duration=_time(edit, edit.n_frames),
        tcStart=_at(edit, edit.first_frame),
        tcFormat=_counting(edit),
        audioLayout="stereo",
        audioRate="48k",
    )
    clip = _add_clip(add(sequence, "spine"), edit)
    for lane, row in enumerate(edit.tracks, 1):
        for piece in row:
            _add_piece(clip, edit, piece, assets[id(piece)], lane)
    for frame, name in edit.markers:
        add(clip, "marker", start=_at(edit, frame), duration=_time(edit, 1), value=name)
    return document(root)


def _add_resources(resources: ET.Element, edit: Edit, assets: dict[int, str]) -> None:
    info = edit.info
    frame_s = _time(edit, 1)
    size = {"width": info.width, "height": info.height}
    add(resources, "format", id=_PICTURE_FORMAT, frameDuration=frame_s, **size)
    span = {"start": _at(edit, 0), "duration": _time(edit, info.n_frames)}
    picture = {"hasVideo": 1, "videoSources": 1, "format": _PICTURE_FORMAT}
    sound = {}
    if info.sound is not None:
        sound = _sound(info.sound.n_channels, info.sound.rate_hz)
    name = one_line(info.path.name)
    clip = add(resources, "asset", id=_CLIP_ASSET, name=name, **span, **picture, **sound)
    add(clip, "media-rep", kind="original-media", src=file_url(info.path))
    for piece in edit.pieces():
        about = piece.sound
        span = {"start": _at(edit, about.first_frame), "duration": _time(edit, about.n_frames)}
        name, sound = one_line(about.path.name), _sound(2, MIX_RATE_HZ)
        wav = add(resources, "asset", id=assets[id(piece)], name=name, **span, **sound)
        add(wav, "media-rep", kind="original-media", src=file_url(about.path))


def _sound(n_channels: int, rate_hz: int) -> dict[str, object]:
    return {"hasAudio": 1, "audioSources": 1, "audioChannels": n_channels, "audioRate": rate_hz}


def _add_clip(spine: ET.Element, edit: Edit) -> ET.Element:
    start = _at(edit, edit.first_frame)
    clip = add(
        spine,
        "asset-clip",
        ref=_CLIP_ASSET,
        offset=start,
        name=one_line(edit.info.path.name),
        start=start,
        duration=_time(edit, edit.n_frames),
        format=_PICTURE_FORMAT,
        tcFormat=_counting(edit),
        srcEnable="video" if edit.clip_gain_db is None else "all",
        audioRole="dialogue",
    )
    if edit.clip_gain_db:
        _add_levels(clip, edit, (LevelPoint(edit.first_frame, edit.clip_gain_db),))
    return clip


def _add_piece(parent: ET.Element, edit: Edit, piece: Piece, asset: str, lane: int) -> None:
    start = _at(edit, piece.first_frame)
    clip = add(
        parent,
        "asset-clip",
        ref=asset,
        lane=-lane,
        offset=start,
        name=piece.name,
        start=start,
        duration=_time(edit, piece.end_frame - piece.first_frame),
        enabled=int(piece.is_enabled),
        audioRole="music",
    )
    tags = piece.item.track.tags
    credit = [one_line(tag) for tag in (tags.artist, tags.licence, tags.url) if tag]
    if credit:
        add(clip, "note", " · ".join(credit))
    _add_levels(clip, edit, piece.levels)


def _add_levels(clip: ET.Element, edit: Edit, levels: tuple[LevelPoint, ...]) -> None:
    volume = add(clip, "adjust-volume", amount=f"{levels[0].gain_db:g}")
    if len(levels) > 1:
        animation = add(add(volume, "param", name="amount"), "keyframeAnimation")
        for point in levels:
            value = f"{point.gain_db:g}dB"
            add(animation, "keyframe", time=_at(edit, point.frame), value=value)


def _counting(edit: Edit) -> str:
    return "DF" if edit.base.is_drop else "NDF"


def _at(edit: Edit, frame: int) -> str:
    """Return the time of a frame of the clip, counted from 00:00:00:00."""
    return _time(edit, edit.number(frame))


def _time(edit: Edit, n_frames: int) -> str:
    seconds = Fraction(n_frames) / edit.base.rate
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    return f"{seconds.numerator}/{seconds.denominator}s"
