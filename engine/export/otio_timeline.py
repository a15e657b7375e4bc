"""A timeline as OpenTimelineIO, with what Premiere and Resolve keep in its metadata.

OTIO itself knows no levels. Premiere and Resolve each read them from metadata of their own, which
others ignore: Premiere as factors at frames of the media, Resolve as dB at frames of the clip item.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from engine.export.edit import Edit, Piece
from engine.export.file_urls import file_url
from engine.export.levels import SILENCE_DB, LevelPoint
from engine.export.mixing import MIX_RATE_HZ
from engine.export.plain_text import one_line
from engine.media.tags import Tags
from engine.translation import tr

_PREMIERE = "PremierePro_OTIO"
_RESOLVE = "Resolve_OTIO"
# Where Premiere keeps a value that doesn't change: a hundred hours before the clip, at 30 fps.
_PREMIERE_ALWAYS = -10_800_000
_RESOLVE_LOUDEST_DB, _RESOLVE_SILENCE_DB = 30.0, -100.0


def otio_text(edit: Edit) -> str:
    """Return the timeline as OTIO's JSON: picture, the clip's own sound, and the music."""
    timeline = otio.schema.Timeline(name=edit.name)
    timeline.global_start_time = _frames(edit, edit.number(edit.first_frame))
    timeline.metadata[_PREMIERE] = {"MetadataVersion": "1.0"}
    timeline.metadata[_RESOLVE] = {"Resolve OTIO Meta Version": "1.0"}
    info = edit.info
    timeline.tracks.metadata[_PREMIERE] = {
        "AudioFrameRate": float(MIX_RATE_HZ),
        "PixelAspectRatio": {"numerator": 1.0, "denominator": 1.0},
        "VideoFrameRate": float(edit.base.rate),
        "VideoResolution": {"width": info.width, "height": info.height},
    }
    picture = otio.schema.Track(name=tr("Picture"), kind=otio.schema.TrackKind.Video)
    picture.append(_clip_item(edit, link="1"))
    timeline.tracks.append(picture)
    if edit.clip_gain_db is not None and info.sound is not None:
        timeline.tracks.append(_clip_sound(edit, edit.clip_gain_db, info.sound.n_channels))
    n_items = 1
    for number, row in enumerate(edit.tracks, 1):
        name = tr("Music") if number == 1 else tr("Music {n}").format(n=number)
        track = _sound_track(name, 2)
        end = edit.first_frame
        for piece in row:
            if piece.first_frame > end:
                track.append(otio.schema.Gap(source_range=_range(edit, 0, piece.first_frame - end)))
            n_items += 1
            track.append(_piece_item(edit, piece, link=str(n_items)))
            end = piece.end_frame
        timeline.tracks.append(track)
    timeline.tracks.markers.extend(
        otio.schema.Marker(name=name, marked_range=_range(edit, frame - edit.first_frame, 1))
        for frame, name in edit.markers
    )
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def _clip_item(edit: Edit, link: str) -> otio.schema.Clip:
    media = otio.schema.ExternalReference(
        file_url(edit.info.path), _range(edit, edit.number(0), edit.info.n_frames)
    )
    return otio.schema.Clip(
        name=one_line(edit.info.path.name),
        media_reference=media,
        source_range=_range(edit, edit.number(edit.first_frame), edit.n_frames),
        metadata={_PREMIERE: _link(link)},
    )


def _clip_sound(edit: Edit, gain_db: float, n_channels: int) -> otio.schema.Track:
    track = _sound_track(tr("Clip sound"), n_channels)
    item = _clip_item(edit, link="1")
    item.metadata[_PREMIERE] = {**_link("1"), "AudioChannels": _channels(n_channels)}
    levels = (LevelPoint(edit.first_frame, gain_db),)
    item.effects.extend(_levels(edit, levels, edit.first_frame, edit.n_frames, n_channels))
    track.append(item)
    return track


def _piece_item(edit: Edit, piece: Piece, link: str) -> otio.schema.Clip:
    sound = piece.sound
    n_frames = piece.end_frame - piece.first_frame
    item = otio.schema.Clip(
        name=piece.name,
        media_reference=otio.schema.ExternalReference(
            file_url(sound.path), _range(edit, edit.number(sound.first_frame), sound.n_frames)
        ),
        source_range=_range(edit, edit.number(piece.first_frame), n_frames),
        metadata={
            _PREMIERE: {**_link(link), "AudioChannels": _channels(2)},
            "soundbed": {"tags": _tags(piece.item.track.tags)},
        },
    )
    item.enabled = piece.is_enabled
    item.effects.extend(_levels(edit, piece.levels, piece.first_frame, n_frames, 2))
    return item


def _sound_track(name: str, n_channels: int) -> otio.schema.Track:
    about = {"ChannelType": _channel_type(n_channels), "NumberOfChannels": n_channels}
    return otio.schema.Track(
        name=name,
        kind=otio.schema.TrackKind.Audio,
        metadata={
            _PREMIERE: {"AudioChannels": about},
            _RESOLVE: {"Audio Type": _channel_type(n_channels), "Locked": False, "SoloOn": False},
        },
    )


def _levels(
    edit: Edit, levels: tuple[LevelPoint, ...], first: int, n_frames: int, n_channels: int
) -> list[otio.schema.Effect]:
    return [
        _premiere_level(edit, levels, n_channels),
        _resolve_level(levels, first, n_frames),
    ]


def _premiere_level(
    edit: Edit, levels: tuple[LevelPoint, ...], n_channels: int
) -> otio.schema.Effect:
    level: dict[str, Any] = {"DisplayName": "Level", "ID": 1}
    if len(levels) == 1:
        always = _frames(edit, _PREMIERE_ALWAYS)
        level["StartValue"] = {"Position": always, "Value": _factor(levels[0])}
    else:
        level["Keyframes"] = [
            {"Position": _frames(edit, edit.number(point.frame)), "Value": _factor(point)}
            for point in levels
        ]
    kind = "Mono" if n_channels == 1 else "Stereo"
    about = {
        "IsIntrinsic": True,
        "MatchName": f"Internal Volume {kind}",
        "Parameters": [{"DisplayName": "Mute", "ID": 0, "Keyframes": []}, level],
    }
    return otio.schema.Effect(effect_name="Volume", metadata={_PREMIERE: about})


def _resolve_level(levels: tuple[LevelPoint, ...], first: int, n_frames: int) -> otio.schema.Effect:
    # Resolve's keyframes are on frames that are played: the last point is on the last one.
    frames = {min(point.frame - first, n_frames - 1): _resolve_db(point) for point in levels}
    keys = frames if len(levels) > 1 else {}
    volume = {
        "Parameter ID": "volume",
        "Parameter Value": _resolve_db(levels[0]),
        "Default Parameter Value": 0.0,
        "Variant Type": "Double",
        "minValue": _RESOLVE_SILENCE_DB,
        "maxValue": _RESOLVE_LOUDEST_DB,
        "Key Frames": {
            str(frame): {"Value": gain_db, "Variant Type": "Double"}
            for frame, gain_db in keys.items()
        },
    }
    about = {
        "Effect Name": "Fairlight Clip Volume and Fades",
        "Enabled": True,
        "Name": "Volume",
        "Parameters": [volume],
        "Type": 62,
    }
    return otio.schema.Effect(effect_name="Resolve Effect", metadata={_RESOLVE: about})


def _resolve_db(point: LevelPoint) -> float:
    return _RESOLVE_SILENCE_DB if point.gain_db <= SILENCE_DB else point.gain_db


def _factor(point: LevelPoint) -> float:
    return round(point.factor, 6)


def _link(link: str) -> dict[str, Any]:
    """Return what tells Premiere which clip items belong together: those with one number."""
    return {"LinkID": link, "OriginalChannelGroupIndex": 0, "SourceClipIndex": 0}


def _channels(n_channels: int) -> dict[str, Any]:
    assigned = [{"SecondaryChannelIndex": channel} for channel in range(n_channels)]
    return {"ChannelType": _channel_type(n_channels), "SecondaryAssignments": assigned}


def _channel_type(n_channels: int) -> str:
    return {1: "Mono", 2: "Stereo", 6: "5.1"}.get(n_channels, "Adaptive")


def _tags(tags: Tags) -> Mapping[str, str]:
    return {name: one_line(text) for name, text in asdict(tags).items() if text}


def _frames(edit: Edit, n: int) -> RationalTime:
    return RationalTime(n, float(edit.base.rate))


def _range(edit: Edit, first: int, n: int) -> TimeRange:
    return TimeRange(_frames(edit, first), _frames(edit, n))
