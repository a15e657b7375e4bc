"""Arrangements as they are saved with a clip: JSON of a version, older versions converted.

Version 3 has the fields of `ArrangementHistory`. Version 2 had no in and out points, markers,
volume points, ducking and loudness target, and no muted items. Version 1 had one track per clip,
and its version in each step instead of the history.

`json` reads and writes the text, since file names that aren't UTF-8 contain surrogates, which
msgspec's own JSON refuses; msgspec checks types and fields.
"""

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from engine.arrangement.arrangement import (
    Arrangement,
    ClipReference,
    MusicItem,
    TrackReference,
)
from engine.arrangement.history import MAX_STEPS, ArrangementHistory
from engine.arrangement.segments import Segment
from engine.errors import ArrangementFromFuture, InputError
from engine.media.tags import Tags
from engine.translation import tr

VERSION: Final = 3
_MAX_JSON_CHARACTERS = 50_000_000
# Digits only: Fraction would also take "1e9999999" and compute it for a while.
_FRAME_RATE = re.compile(r"[0-9]{1,11}(/0*[1-9][0-9]{0,10})?", re.ASCII)

# What version 2 lacks, with the values that change nothing.
_NEW_IN_ARRANGEMENTS: Final[dict[str, Any]] = {
    "part": None,
    "markers": [],
    "volume": [],
    "ducking": None,
    "target_lufs": -14.0,
}
_NEW_IN_ITEMS: Final = {"muted": False}

_Steps = msgspec.Meta(min_length=1, max_length=MAX_STEPS)


def history_to_json(history: ArrangementHistory) -> str:
    """Return a history as one JSON object; `history_from_json` gives back an equal one."""
    return json.dumps(_values(_Saved(VERSION, history.position, history.arrangements)))


def history_from_json(text: str) -> ArrangementHistory:
    """Read a saved history of this version or an older one; nothing in the text is trusted.

    Raises:
        ArrangementFromFuture: when a newer Soundbed wrote it.
        InputError: when it isn't a history, or one of its arrangements is invalid.
    """
    values = _parse(text)
    version = _version(values)
    try:
        if version == 1:
            old = msgspec.convert(values, _SavedVersion1)
            return ArrangementHistory(tuple(_upgraded(plan) for plan in old.plans), old.position)
        if version == 2:
            values = _upgraded_2(values)
        saved = msgspec.convert(values, _Saved, dec_hook=_from_text)
        # Missing or unknown fields would otherwise be filled in or lost silently.
        if json.loads(json.dumps(_values(saved))) != values:
            raise ValueError("missing or unknown fields")
        return ArrangementHistory(saved.arrangements, saved.position)
    except (ValueError, RecursionError) as error:
        raise _damaged(error) from error


def replaceable(saved: str) -> ArrangementHistory | None:
    """Return the saved history that a step is added to; None when it is damaged.

    Raises:
        ArrangementFromFuture: when a newer Soundbed wrote it, which must not be replaced.
    """
    try:
        return history_from_json(saved)
    except ArrangementFromFuture:
        raise
    except InputError:
        return None


@dataclass(frozen=True, slots=True)
class _Saved:
    version: Literal[3]
    position: Annotated[int, msgspec.Meta(ge=0)]
    arrangements: Annotated[tuple[Arrangement, ...], _Steps]


class _SegmentVersion1(msgspec.Struct, forbid_unknown_fields=True):
    track_start_s: float
    clip_start_s: float
    duration_s: float
    fade_in_s: float
    fade_out_s: float


class _PlanVersion1(msgspec.Struct, forbid_unknown_fields=True):
    version: Literal[1]
    clip_path: str
    clip_duration_s: float
    frame_rate: str
    start_timecode: str | None
    track_path: str
    title: str | None
    artist: str | None
    licence: str | None
    link: str | None
    segments: tuple[_SegmentVersion1, ...]
    match_gain_db: float
    music_gain_db: float
    clip_gain_db: float


class _SavedVersion1(msgspec.Struct, forbid_unknown_fields=True):
    position: Annotated[int, msgspec.Meta(ge=0)]
    plans: Annotated[tuple[_PlanVersion1, ...], _Steps]


def _upgraded(plan: _PlanVersion1) -> Arrangement:
    """Return the arrangement of a version 1 plan: one music item from the clip's first frame."""
    segments = tuple(
        Segment(one.track_start_s, one.clip_start_s, one.duration_s, one.fade_in_s, one.fade_out_s)
        for one in plan.segments
    )
    tags = Tags(title=plan.title, artist=plan.artist, licence=plan.licence, url=plan.link)
    track = TrackReference(_path(plan.track_path), tags=tags)
    return Arrangement(
        clip=ClipReference(
            path=_path(plan.clip_path),
            duration_s=plan.clip_duration_s,
            frame_rate=_frame_rate(plan.frame_rate),
            start_timecode=plan.start_timecode,
        ),
        items=(MusicItem(track, segments, match_gain_db=plan.match_gain_db),),
        music_gain_db=plan.music_gain_db,
        clip_gain_db=plan.clip_gain_db,
    )


def _upgraded_2(values: Any) -> Any:
    """Return the values of version 3 for those of version 2, which nobody has checked yet.

    Raises:
        ValueError: when they can't be those of version 2.
    """
    try:
        arrangements = [
            _with_new(plan, _NEW_IN_ARRANGEMENTS)
            | {"items": [_with_new(item, _NEW_IN_ITEMS) for item in plan["items"]]}
            for plan in values["arrangements"]
        ]
    except (TypeError, KeyError) as error:
        raise ValueError("missing fields") from error
    return values | {"version": VERSION, "arrangements": arrangements}


def _with_new(values: Any, new: dict[str, Any]) -> Any:
    if new.keys() & values:
        raise ValueError("unknown fields")
    return values | new


def _parse(text: str) -> Any:
    if len(text) > _MAX_JSON_CHARACTERS:
        raise _damaged("size")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(error) from error


def _version(values: object) -> int:
    version = values.get("version", 1) if isinstance(values, dict) else 0
    if type(version) is not int:
        raise _damaged("version")
    if version > VERSION:
        raise ArrangementFromFuture(
            tr("The saved arrangement of this clip was written by a newer version of Soundbed."),
            remedy=tr("Update Soundbed to open it."),
        )
    return version


def _values(saved: _Saved) -> Any:
    return msgspec.to_builtins(saved, enc_hook=str)  # paths and rates as text


def _from_text(kind: type, value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("no text")
    return _path(value) if kind is Path else _frame_rate(value)


def _path(text: str) -> Path:
    if "\0" in text:
        raise ValueError("no path")
    return Path(text)


def _frame_rate(text: str) -> Fraction:
    if not _FRAME_RATE.fullmatch(text):
        raise ValueError("no frame rate")
    return Fraction(text)


def _damaged(reason: object) -> InputError:
    return InputError(
        tr("The saved arrangement of this clip can't be read ({reason}).").format(reason=reason),
        remedy=tr("Choose the track again."),
    )
