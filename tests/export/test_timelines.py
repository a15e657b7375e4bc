"""Timelines are read back by other programs' readers, and compared to the frame."""

import os
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import opentimelineio as otio
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement
from engine.export.edit import Edit, plan_edit
from engine.export.export_format import ExportFormat, ExportTask
from engine.export.fcp7_timeline import fcp7_text
from engine.export.fcpxml_timeline import fcpxml_text
from engine.export.music_files import music_files
from engine.export.otio_timeline import otio_text
from engine.export.timelines import FCP7, FCPXML, OTIO
from engine.media.probe import SoundInfo, VideoInfo, probe_video
from engine.progress import silent
from engine.stories.hand_over import write_exports
from tests.busy_arrangement import busy
from tests.edits import info_of
from tests.fcpxml_rules import violations
from tests.read_timelines import (
    ReadTimeline,
    adapter_differences,
    differences,
    expected,
    read_fcpxml,
    read_otio,
    without_clip_sound,
)

WriteClip = Callable[..., Path]


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute at 44.1 kHz."""
    path = tmp_path_factory.mktemp("tracks") / "track.wav"
    noise = np.random.default_rng(0).uniform(-0.2, 0.2, (60 * 44_100, 2))
    soundfile.write(path, noise, 44_100)
    return path


def task_of(info: VideoInfo, arrangement: Arrangement, out: Path) -> ExportTask:
    return ExportTask(info, arrangement, out)


def planned(task: ExportTask) -> Edit:
    lengths_s = {item.track.path: 60.0 for item in task.arrangement.items}
    return plan_edit(task, music_files(task), lengths_s)


def edit_of(info: VideoInfo, *, with_part: bool = False) -> Edit:
    arrangement = busy(info, Path("/music/track.ogg"), with_part=with_part)
    return planned(task_of(info, arrangement, Path("/out/edit.xml")))


def read_all(kind: ExportFormat, text: str) -> ReadTimeline:
    if kind is FCPXML:
        return read_fcpxml(text)
    return read_otio(text, "fcp_xml" if kind is FCP7 else "otio_json")


@pytest.mark.parametrize("kind", [FCP7, FCPXML, OTIO], ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    ("rate", "timecode", "name"),
    [
        (Fraction(25), None, "clip.mp4"),
        (Fraction(24_000, 1001), "01:00:00:00", 'a b #1 100% ü&\'q "x".mov'),
        (Fraction(30_000, 1001), "00:59:59;28", "new\nline.mov"),
        (Fraction(60_000, 1001), "15:40:28;30", "clip.mov"),
    ],
)
def test_written_timelines_are_read_to_the_frame(
    write_clip: WriteClip,
    track: Path,
    tmp_path: Path,
    kind: ExportFormat,
    rate: Fraction,
    timecode: str | None,
    name: str,
) -> None:
    clip = write_clip(tmp_path / name, rate=rate, n_frames=100, size=(64, 36), timecode=timecode)
    info = probe_video(clip)
    out = tmp_path / "out" / f"edit{kind.suffixes[0]}"
    task = task_of(info, busy(info, track), out)
    assert [plan.out for plan in write_exports([(kind, task)], silent())] == [out]
    text = out.read_text("utf-8")
    wanted = expected(planned(task), host="localhost" if kind is FCP7 else "")
    assert list(differences(without_clip_sound(read_all(kind, text)), wanted)) == []
    assert len(list((out.parent / "edit music").iterdir())) == 4
    if kind is FCPXML:
        assert list(violations(text)) == []
        assert list(adapter_differences(text, wanted)) == []


def test_names_that_are_no_utf_8_are_found(
    write_clip: WriteClip, track: Path, tmp_path: Path
) -> None:
    plain = write_clip(tmp_path / "plain.mp4", n_frames=50, size=(64, 36))
    odd = tmp_path / os.fsdecode(b"sea\xff.mp4")
    try:
        plain.rename(odd)
    except OSError:
        pytest.skip("this file system doesn't take such names")
    info = probe_video(odd)
    exports = [
        (kind, task_of(info, busy(info, track), tmp_path / f"edit{kind.suffixes[0]}"))
        for kind in (FCP7, FCPXML, OTIO)
    ]
    for (kind, _), plan in zip(exports, write_exports(exports, silent()), strict=True):
        text = plan.out.read_text("utf-8")
        assert "sea%FF.mp4" in text
        found = without_clip_sound(read_all(kind, text))
        host = "localhost" if kind is FCP7 else ""
        assert list(differences(found, expected(planned(exports[0][1]), host))) == []


def test_a_part_of_the_clip_is_what_is_on_the_timeline() -> None:
    edit = edit_of(info_of(start_timecode="10:00:00:00"), with_part=True)
    # Frames 62 to 186 of 250.
    assert (edit.first_frame, edit.n_frames) == (62, 125)
    for kind, text in ((FCP7, fcp7_text), (FCPXML, fcpxml_text), (OTIO, otio_text)):
        read = read_all(kind, text(edit))
        assert read.start == 10 * 3600 * 25 + 62
        picture = read.clips[0]
        assert (picture.start, picture.n_frames, picture.first) == (0, 125, 900_062)
        assert all(0 <= one.start < one.start + one.n_frames <= 125 for one in read.clips)
        assert read.markers == ((63, "A & <B>"),)


# Final Cut Pro 7 XML


def items_of(text: str, kind: str) -> list[list[ET.Element]]:
    root = ET.fromstring(text)
    tracks = root.findall(f"sequence/media/{kind}/track")
    return [track.findall("clipitem") for track in tracks]


def test_fcp7_stereo_is_a_linked_pair_of_channels() -> None:
    text = fcp7_text(edit_of(info_of()))
    tracks = ET.fromstring(text).findall("sequence/media/audio/track")
    # The clip's sound, and two rows of music.
    assert [track.get("currentExplodedTrackIndex") for track in tracks] == ["0", "1"] * 3
    assert [track.findtext("outputchannelindex") for track in tracks] == ["1", "2"] * 3
    for left, right in zip(tracks[::2], tracks[1::2], strict=True):
        for one, other in zip(left.findall("clipitem"), right.findall("clipitem"), strict=True):
            assert one.get("premiereChannelType") == "stereo"
            assert one.findtext("sourcetrack/trackindex") == "1"
            assert other.findtext("sourcetrack/trackindex") == "2"
            linked = [link.findtext("linkclipref") for link in one.findall("link")]
            assert {one.get("id"), other.get("id")} <= set(linked)


def test_fcp7_links_lead_to_their_items_and_no_others_are_linked() -> None:
    text = fcp7_text(edit_of(info_of()))
    places = {
        item.attrib["id"]: (kind, number, index)
        for kind in ("video", "audio")
        for number, items in enumerate(items_of(text, kind), 1)
        for index, item in enumerate(items, 1)
    }
    groups = set()
    for kind in ("video", "audio"):
        for item in (item for items in items_of(text, kind) for item in items):
            links = item.findall("link")
            groups.add(frozenset(link.findtext("linkclipref") or "" for link in links))
            for link in links:
                place = places[link.findtext("linkclipref") or ""]
                number, index = link.findtext("trackindex"), link.findtext("clipindex")
                assert place == (link.findtext("mediatype"), int(number or 0), int(index or 0))
    # The clip with its sound, and each of four pieces of music.
    assert sorted(len(group) for group in groups) == [2, 2, 2, 2, 3]
    assert sum(len(group) for group in groups) == len(places)


@pytest.mark.parametrize(
    ("n_channels", "kinds"),
    [(1, ["mono"]), (2, ["stereo"] * 2), (6, ["mono"] * 6)],
)
def test_fcp7_declares_the_channels_of_the_clip(n_channels: int, kinds: list[str]) -> None:
    info = info_of(sound=SoundInfo("aac", 48_000, n_channels, None))
    text = fcp7_text(edit_of(info))
    items = [items[0] for items in items_of(text, "audio")][:n_channels]
    assert [item.get("premiereChannelType") for item in items] == kinds
    channels = [item.findtext("sourcetrack/trackindex") for item in items]
    assert channels == [str(n) for n in range(1, n_channels + 1)]
    assert ET.fromstring(text).findtext(".//file/media/audio/channelcount") == str(n_channels)


def test_fcp7_describes_each_file_once() -> None:
    root = ET.fromstring(fcp7_text(edit_of(info_of())))
    files = root.findall(".//file")
    described = [file.attrib["id"] for file in files if file.find("pathurl") is not None]
    assert sorted(described) == sorted({file.attrib["id"] for file in files})
    assert len(described) == 5


def test_fcp7_levels_are_factors_at_frames_of_the_file() -> None:
    edit = edit_of(info_of())
    piece = next(edit.pieces())
    item = next(
        item
        for items in items_of(fcp7_text(edit), "audio")
        for item in items
        if item.findtext("name") == 'Rain & "Wind" #1'
    )
    keys = [
        (int(key.findtext("when") or 0), float(key.findtext("value") or 0))
        for key in item.findall("filter/effect/parameter/keyframe")
    ]
    assert [when for when, _ in keys] == [
        point.frame - piece.sound.first_frame for point in piece.levels
    ]
    assert keys[0] == (int(item.findtext("in") or 0), 0.0)
    # -3.5 + 1 - 2 dB; after the fade of half a second the volume has fallen by a tenth of 12 dB.
    assert max(value for _, value in keys) == pytest.approx(10 ** (-5.7 / 20), rel=0.02)


# FCPXML


def test_fcpxml_levels_are_bare_numbers_and_keyframes_have_units() -> None:
    root = ET.fromstring(fcpxml_text(edit_of(info_of())))
    clip, *pieces = root.iter("asset-clip")
    volume = clip.find("adjust-volume")
    assert volume is not None and volume.attrib == {"amount": "-1.5"}
    for piece in pieces:
        volume = piece.find("adjust-volume")
        assert volume is not None and float(volume.attrib["amount"]) <= 0
        keys = volume.findall("param/keyframeAnimation/keyframe")
        assert keys[0].attrib["value"] == volume.attrib["amount"] + "dB"


def test_fcpxml_without_the_clips_sound_plays_its_picture_alone() -> None:
    info = info_of()
    muted = busy(info, Path("/music/track.ogg")).with_gains(clip_gain_db=-60.0)
    text = fcpxml_text(planned(task_of(info, muted, Path("/out/a.fcpxml"))))
    clip = next(ET.fromstring(text).iter("asset-clip"))
    assert clip.attrib["srcEnable"] == "video"
    assert clip.find("adjust-volume") is None
    assert list(violations(text)) == []


def test_the_check_of_fcpxml_finds_what_is_wrong() -> None:
    text = fcpxml_text(edit_of(info_of()))
    for broken in (
        text.replace('version="1.10"', 'version="1.9"'),
        text.replace("<media-rep", "<pathurl"),
        text.replace('amount="-1.5"', 'amount="quiet"'),
        text.replace('ref="r2"', 'ref="r99"'),
        text.replace("asset-clip", "clip-item"),
    ):
        assert broken != text
        broken = broken.replace("</media-rep>", "</pathurl>") if "<pathurl" in broken else broken
        assert list(violations(broken))


# OpenTimelineIO


def test_otio_has_levels_for_premiere_and_resolve() -> None:
    edit = edit_of(info_of())
    piece = next(edit.pieces())
    timeline = otio.adapters.read_from_string(otio_text(edit), "otio_json")
    item = next(item for item in timeline.tracks[2] if isinstance(item, otio.schema.Clip))
    premiere, resolve = (effect.metadata for effect in item.effects)
    level = premiere["PremierePro_OTIO"]["Parameters"][1]
    assert [key["Position"].value for key in level["Keyframes"]] == [
        edit.number(point.frame) for point in piece.levels
    ]
    assert level["Keyframes"][0]["Value"] == 0.0
    (volume,) = resolve["Resolve_OTIO"]["Parameters"]
    keys = {int(frame): key["Value"] for frame, key in volume["Key Frames"].items()}
    assert min(keys) == 0 and max(keys) == piece.end_frame - piece.first_frame - 1
    assert keys[0] == -100.0


def test_otio_links_the_clip_with_its_sound_and_nothing_else() -> None:
    timeline = otio.adapters.read_from_string(otio_text(edit_of(info_of())), "otio_json")
    links = [
        item.metadata["PremierePro_OTIO"]["LinkID"]
        for track in timeline.tracks
        for item in track
        if isinstance(item, otio.schema.Clip)
    ]
    assert links[0] == links[1]
    assert len(set(links)) == len(links) - 1


def test_otio_declares_channels_and_size() -> None:
    info = info_of(sound=SoundInfo("aac", 48_000, 1, None))
    timeline = otio.adapters.read_from_string(otio_text(edit_of(info)), "otio_json")
    about = timeline.tracks.metadata["PremierePro_OTIO"]
    assert dict(about["VideoResolution"]) == {"width": 1920, "height": 1080}
    kinds = [
        track.metadata["PremierePro_OTIO"]["AudioChannels"]["ChannelType"]
        for track in timeline.tracks[1:]
    ]
    assert kinds == ["Mono", "Stereo", "Stereo"]


# What an arrangement says about its items


def test_muted_items_are_there_but_off() -> None:
    info = info_of()
    arrangement = busy(info, Path("/music/track.ogg"))
    first, second = arrangement.items
    arrangement = replace(arrangement, items=(first, replace(second, muted=True)))
    edit = planned(task_of(info, arrangement, Path("/out/a.xml")))
    enabled = [
        item.findtext("enabled") for items in items_of(fcp7_text(edit), "audio") for item in items
    ]
    assert enabled.count("FALSE") == 2
    root = ET.fromstring(fcpxml_text(edit))
    assert [clip.get("enabled") for clip in root.iter("asset-clip")].count("0") == 1
    timeline = otio.adapters.read_from_string(otio_text(edit), "otio_json")
    off = [
        item for track in timeline.tracks for item in track if not getattr(item, "enabled", True)
    ]
    assert [item.name for item in off] == ["Second"]
