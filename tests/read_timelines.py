"""Reads exported timelines back, with other programs' readers and our own, and compares them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree as ET

import opentimelineio as otio

from engine.export.edit import Edit
from engine.export.file_urls import file_url


@dataclass(frozen=True)
class ReadClip:
    """A clip item: where it lies, and what of which file it plays, in whole frames.

    Attributes:
        kind: "Video" or "Audio".
        url: of the file.
        start, n_frames: on the timeline, counted from its start.
        first: frame of the file, counted from 00:00:00:00.
        media_first, media_n: what the file has.
    """

    kind: str
    url: str
    start: int
    n_frames: int
    first: int
    media_first: int
    media_n: int


@dataclass(frozen=True)
class ReadTimeline:
    """What a reader found.

    Attributes:
        rate: frames per second.
        start: number of the first frame, counted from 00:00:00:00.
        clips: by track and time; a stereo pair is one.
        markers: frame, counted from the start, and name.
    """

    rate: float
    start: int
    clips: tuple[ReadClip, ...]
    markers: tuple[tuple[int, str], ...]


def expected(edit: Edit, host: str = "") -> ReadTimeline:
    """Return what a reader must find."""
    clip = ReadClip(
        "Video",
        file_url(edit.info.path, host=host),
        0,
        edit.n_frames,
        edit.number(edit.first_frame),
        edit.number(0),
        edit.info.n_frames,
    )
    pieces = [
        ReadClip(
            "Audio",
            file_url(piece.sound.path, host=host),
            piece.first_frame - edit.first_frame,
            piece.end_frame - piece.first_frame,
            edit.number(piece.first_frame),
            edit.number(piece.sound.first_frame),
            piece.sound.n_frames,
        )
        for piece in edit.pieces()
    ]
    markers = tuple((frame - edit.first_frame, name) for frame, name in edit.markers)
    return ReadTimeline(
        float(edit.base.rate), edit.number(edit.first_frame), (clip, *pieces), markers
    )


def without_clip_sound(read: ReadTimeline) -> ReadTimeline:
    """Return a timeline without the sound of the clip, which FCPXML has in the picture's item."""
    (picture, *others) = read.clips
    kept = tuple(clip for clip in others if clip.url != picture.url)
    return ReadTimeline(read.rate, read.start, (picture, *kept), read.markers)


def read_otio(text: str, adapter: str = "otio_json") -> ReadTimeline:
    """Read a timeline with OpenTimelineIO, or FCP7 XML with its adapter (`fcp_xml`)."""
    timeline = otio.adapters.read_from_string(text, adapter)
    clips = []
    for track in timeline.tracks:
        for item in track:
            if isinstance(item, otio.schema.Clip):
                media = item.media_reference
                clips.append(
                    ReadClip(
                        track.kind,
                        media.target_url,
                        _whole(item.range_in_parent().start_time),
                        _whole(item.source_range.duration),
                        _whole(item.source_range.start_time),
                        _whole(media.available_range.start_time),
                        _whole(media.available_range.duration),
                    )
                )
    markers = tuple(
        (_whole(marker.marked_range.start_time), marker.name) for marker in timeline.tracks.markers
    )
    start = timeline.global_start_time
    return ReadTimeline(float(start.rate), _whole(start), tuple(clips), markers)


def read_fcpxml(text: str) -> ReadTimeline:
    """Read FCPXML by exact arithmetic; times that aren't whole frames are an error."""
    root = ET.fromstring(text)
    assets = {asset.attrib["id"]: asset for asset in root.iter("asset")}
    (picture_format,) = root.iter("format")
    rate = 1 / _seconds(picture_format.attrib["frameDuration"])
    (sequence,) = root.iter("sequence")
    start = _frames(sequence.attrib["tcStart"], rate)
    (parent,) = sequence.findall("spine/asset-clip")
    clips = []
    for element in (parent, *sorted(parent.findall("asset-clip"), key=_lane_and_time)):
        asset = assets[element.attrib["ref"]]
        (media,) = asset.findall("media-rep")
        offset = _frames(element.attrib["offset"], rate)
        if element is not parent:
            offset += _frames(parent.attrib["offset"], rate) - _frames(parent.attrib["start"], rate)
        clips.append(
            ReadClip(
                "Video" if asset.get("hasVideo") == "1" else "Audio",
                media.attrib["src"],
                offset - start,
                _frames(element.attrib["duration"], rate),
                _frames(element.attrib["start"], rate),
                _frames(asset.attrib["start"], rate),
                _frames(asset.attrib["duration"], rate),
            )
        )
    markers = tuple(
        (_frames(one.attrib["start"], rate) - start, one.attrib["value"])
        for one in parent.findall("marker")
    )
    return ReadTimeline(float(rate), start, tuple(clips), markers)


def fcpxml_for_adapter(text: str) -> str:
    """Return a document with each file's URL at the asset too, where `otio-fcpx-xml-adapter` looks.

    The adapter is of a time before `media-rep`.
    """
    root = ET.fromstring(text)
    for asset in root.iter("asset"):
        media = asset.find("media-rep")
        assert media is not None
        asset.set("src", media.attrib["src"])
    return ET.tostring(root, encoding="unicode")


def adapter_differences(text: str, wanted: ReadTimeline) -> Iterator[str]:
    """Yield how `otio-fcpx-xml-adapter` reads a document differently.

    It counts the frames of a file at the rate without its fraction (29 for 29.97) and cuts them
    off, so that the numbers it must find are these.
    """
    (timeline,) = otio.adapters.read_from_string(fcpxml_for_adapter(text), "fcpx_xml")
    whole_rate = int(wanted.rate)
    found = []
    for track in timeline.tracks:
        for item in track:
            if isinstance(item, otio.schema.Clip):
                at = _whole(item.range_in_parent().start_time)
                source = item.source_range
                times = _whole(source.start_time), _whole(source.duration)
                found.append((track.kind, item.media_reference.target_url, at, *times))
    must = [
        (
            clip.kind,
            clip.url,
            wanted.start + clip.start,
            clip.first * whole_rate / wanted.rate,
            clip.n_frames * whole_rate / wanted.rate,
        )
        for clip in wanted.clips
    ]
    if len(found) != len(must):
        yield f"{len(found)} clips instead of {len(must)}"
    for one, other in zip(sorted(found), sorted(must), strict=False):
        if one[:2] != other[:2]:
            yield f"{one[:2]} instead of {other[:2]}"
        # Cutting off floating-point numbers makes 24.999… a 24.
        if any(abs(a - b) > 1.0 for a, b in zip(one[2:], other[2:], strict=True)):
            yield f"{one[2:]} instead of {other[2:]}"


def differences(read: ReadTimeline, wanted: ReadTimeline) -> Iterator[str]:
    """Yield what differs, what lies outside its file, and URLs that lead to no file."""
    if abs(read.rate - wanted.rate) > 1e-9 * wanted.rate:
        yield f"{read.rate} frames per second instead of {wanted.rate}"
    if read.start != wanted.start:
        yield f"starts at {read.start} instead of {wanted.start}"
    if read.markers != wanted.markers:
        yield f"markers {read.markers} instead of {wanted.markers}"
    if read.clips != wanted.clips:
        yield f"clips {read.clips} instead of {wanted.clips}"
    for clip in read.clips:
        if not clip.media_first <= clip.first <= clip.media_first + clip.media_n - clip.n_frames:
            yield f"outside its file: {clip}"
        path = Path(os.fsdecode(unquote_to_bytes(urlsplit(clip.url).path)))
        if not path.is_file():
            yield f"no such file: {clip.url}"
        if clip.kind == "Audio" and path.suffix not in {".wav", Path(read.clips[0].url).suffix}:
            yield f"no WAV: {clip.url}"


def _whole(time: otio.opentime.RationalTime) -> int:
    assert float(time.value).is_integer(), time
    return int(time.value)


def _seconds(text: str) -> Fraction:
    return Fraction(text.removesuffix("s"))


def _frames(text: str, rate: Fraction) -> int:
    frames = _seconds(text) * rate
    assert frames.denominator == 1, text
    return int(frames)


def _lane_and_time(element: ET.Element) -> tuple[int, Fraction]:
    return -int(element.attrib["lane"]), _seconds(element.attrib["offset"])
