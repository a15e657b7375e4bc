"""An edit of whole frames: where its pieces lie, what their WAVs hold, how it sounds."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement, TrackReference
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.segments import Segment
from engine.export.edit import HANDLE_S, MAX_LEVEL_DB, Edit, plan_edit
from engine.export.export_format import ExportTask
from engine.export.fcpxml_timeline import fcpxml_text
from engine.export.mixing import MIX_RATE_HZ, mix_blocks
from engine.export.music_files import music_files, plain_name, write_music
from engine.media.probe import VideoInfo
from engine.media.tags import Tags
from engine.media.waveform import Samples
from engine.progress import silent
from tests.busy_arrangement import busy
from tests.edits import arranged, info_of

TRACK_S = 60.0


def planned(info: VideoInfo, arrangement: Arrangement) -> Edit:
    task = ExportTask(info, arrangement, Path("/out/edit.xml"))
    lengths_s = {item.track.path: TRACK_S for item in arrangement.items}
    return plan_edit(task, music_files(task), lengths_s)


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of noise at 48 kHz, quiet enough for any sum of it."""
    path = tmp_path_factory.mktemp("tracks") / "track.wav"
    noise = np.random.default_rng(0).uniform(-0.05, 0.05, (int(TRACK_S) * MIX_RATE_HZ, 2))
    soundfile.write(path, noise, MIX_RATE_HZ, subtype="FLOAT")
    return path


# How it sounds


def played(text: str, n_samples: int, wavs: Path) -> Samples:
    """Play a timeline as an editing program does: WAVs at whole frames, lines in dB."""
    root = ET.fromstring(text)
    assets = {asset.attrib["id"]: asset for asset in root.iter("asset")}
    (parent,) = root.findall("library/event/project/sequence/spine/asset-clip")
    zero = _seconds(parent.attrib["offset"])
    total = np.zeros((n_samples, 2))
    for clip in parent.findall("asset-clip"):
        if clip.attrib["enabled"] == "0":
            continue
        asset = assets[clip.attrib["ref"]]
        sound, _ = soundfile.read(wavs / asset.attrib["name"], always_2d=True)
        start = _sample(_seconds(clip.attrib["offset"]) - zero)
        n = _sample(_seconds(clip.attrib["duration"]))
        first = _sample(_seconds(clip.attrib["start"]) - _seconds(asset.attrib["start"]))
        times = (np.arange(n) / MIX_RATE_HZ) + float(_seconds(clip.attrib["start"]))
        gains = 10 ** (_levels(clip, times) / 20)
        total[start : start + n] += sound[first : first + n] * gains[:, None]
    return total.astype(np.float32)


def _levels(clip: ET.Element, times: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Samples:
    volume = clip.find("adjust-volume")
    assert volume is not None
    keys = volume.findall("param/keyframeAnimation/keyframe")
    if not keys:
        return np.full(len(times), float(volume.attrib["amount"]), np.float32)
    at = [float(_seconds(key.attrib["time"])) for key in keys]
    values = [float(key.attrib["value"].removesuffix("dB")) for key in keys]
    return np.interp(times, at, values).astype(np.float32)


def _seconds(text: str) -> Fraction:
    return Fraction(text.removesuffix("s"))


def _sample(time_s: Fraction) -> int:
    return round(time_s * MIX_RATE_HZ)


def written(info: VideoInfo, arrangement: Arrangement, folder: Path) -> tuple[str, Path]:
    """Write the WAVs; return the timeline, and the folder of the WAVs."""
    task = ExportTask(info, arrangement, folder / "edit.fcpxml")
    wavs = music_files(task)[0].parent
    wavs.mkdir()
    return fcpxml_text(write_music(task, silent())), wavs


def mixed(arrangement: Arrangement) -> Samples:
    return np.concatenate(list(mix_blocks(arrangement, silent(), with_clip=False)))


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(24_000, 1001)])
def test_a_splice_between_frames_keeps_every_beat(
    track: Path, tmp_path: Path, rate: Fraction
) -> None:
    # Both segments and their crossfade lie between frames at all of these rates.
    info = info_of(rate, 250, start_timecode="01:00:00:00")
    segments = (Segment(7.0031, 0.0, 4.1234, 0.0, 0.05), Segment(23.4567, 4.0734, 5.0, 0.05))
    arrangement = arranged(info, *segments, track=TrackReference(track))
    text, wavs = written(info, arrangement, tmp_path)
    mix = mixed(arrangement)
    timeline = played(text, len(mix), wavs)
    # The same to the sample but for 24 bits, up to the frame of the crossfade and after it.
    for first_s, end_s in ((0.0, 4.03), (4.17, 9.0)):
        first, end = (round(time_s * MIX_RATE_HZ) for time_s in (first_s, end_s))
        assert np.abs(mix[first:end] - timeline[first:end]).max() <= 2**-23
    # In it, a fade of whole frames instead.
    assert np.abs(mix).max() >= np.abs(timeline).max() * 0.5


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(24_000, 1001)])
def test_a_timeline_sounds_like_the_mix(track: Path, tmp_path: Path, rate: Fraction) -> None:
    info = info_of(rate, 300, start_timecode="10:00:00:00")
    arrangement = busy(info, track)
    text, wavs = written(info, arrangement, tmp_path)
    mix = mixed(arrangement)
    difference = played(text, len(mix), wavs) - mix
    # Fades that start and end at frames, and lines instead of curves.
    assert np.sqrt(np.mean(difference**2)) < 0.05 * np.sqrt(np.mean(mix**2))


def test_wavs_are_the_track_to_the_sample_with_more_at_both_ends(
    track: Path, tmp_path: Path
) -> None:
    info = info_of(Fraction(25), 100, start_timecode="01:00:00:00")
    arrangement = arranged(info, Segment(20.0, 0.0, 4.0), track=TrackReference(track))
    _, wavs = written(info, arrangement, tmp_path)
    (path,) = wavs.iterdir()
    sound, _ = soundfile.read(path)
    whole, _ = soundfile.read(track)
    assert len(sound) == 24 * MIX_RATE_HZ
    assert np.abs(sound - whole[10 * MIX_RATE_HZ : 34 * MIX_RATE_HZ]).max() <= 2**-23


def test_a_track_from_its_start_begins_with_less_than_a_frame_of_silence(
    track: Path, tmp_path: Path
) -> None:
    info = info_of(Fraction(25), 100, start_timecode="01:00:00:00")
    arrangement = arranged(info, Segment(0.0, 0.01, 3.0), track=TrackReference(track))
    _, wavs = written(info, arrangement, tmp_path)
    (path,) = wavs.iterdir()
    sound, _ = soundfile.read(path)
    assert not sound[:480].any()
    whole, _ = soundfile.read(track)
    assert np.abs(sound[480:1480] - whole[:1000]).max() <= 2**-23


# Where pieces lie


def spans(edit: Edit) -> list[tuple[int, int]]:
    return [(piece.first_frame, piece.end_frame) for piece in edit.pieces()]


def test_pieces_are_at_the_nearest_frames_and_a_crossfade_needs_two_tracks() -> None:
    info = info_of(Fraction(25), 250)
    edit = planned(info, arranged(info, Segment(5, 0, 4.13, 0, 0.5), Segment(30, 3.63, 4.0, 0.5)))
    assert spans(edit) == [(0, 103), (91, 191)]
    assert [len(row) for row in edit.tracks] == [1, 1]


def test_a_hard_cut_needs_one_track() -> None:
    info = info_of(Fraction(25), 250)
    edit = planned(info, arranged(info, Segment(5, 0, 4.13), Segment(5, 4.13, 4.13)))
    assert spans(edit) == [(0, 103), (103, 206)]
    (row,) = edit.tracks
    # Equal neighbours are two files: no reader can take them for one.
    assert len({piece.sound.path for piece in row}) == 2


def test_a_fade_shorter_than_a_frame_is_one_frame() -> None:
    info = info_of(Fraction(25), 250)
    edit = planned(info, arranged(info, Segment(5, 0, 4.0, 0, 0.01), Segment(30, 3.99, 4.0, 0.01)))
    assert spans(edit) == [(0, 101), (100, 200)]
    first, second = edit.pieces()
    assert [(one.frame, one.gain_db) for one in first.levels[-2:]] == [(100, 0.0), (101, -96.0)]
    assert [(one.frame, one.gain_db) for one in second.levels[:2]] == [(100, -96.0), (101, 0.0)]


def test_a_segment_shorter_than_half_a_frame_is_left_out() -> None:
    info = info_of(Fraction(25), 250)
    edit = planned(info, arranged(info, Segment(5, 0, 0.4), Segment(9, 0.4, 0.01)))
    assert spans(edit) == [(0, 10)]


def test_pieces_end_with_the_clips_pictures() -> None:
    # A file that states 3.323 s and has 99 pictures.
    info = replace(info_of(Fraction(30), 99), duration_s=3.323)
    edit = planned(info, arranged(info, Segment(5, 0, 3.323)))
    assert spans(edit) == [(0, 99)]
    assert edit.n_frames == 99


def test_handles_stay_within_the_track_and_the_day() -> None:
    info = info_of(Fraction(25), 250)
    middle = planned(info, arranged(info, Segment(30, 4, 2)))
    (piece,) = middle.pieces()
    # Without a timecode the clip starts at midnight: nothing is before it.
    assert (piece.sound.first_frame, piece.sound.n_frames) == (0, 150 + HANDLE_S * 25)
    late = replace(info, start_timecode="01:00:00:00")
    (piece,) = planned(late, arranged(late, Segment(30, 4, 2))).pieces()
    assert (piece.sound.first_frame, piece.sound.n_frames) == (-150, 550)
    (piece,) = planned(late, arranged(late, Segment(2, 4, 2))).pieces()
    assert piece.sound.first_frame == 50
    (piece,) = planned(late, arranged(late, Segment(57, 4, 2))).pieces()
    assert piece.sound.first_frame + piece.sound.n_frames == 175


def test_an_arrangement_of_another_frame_rate_is_converted() -> None:
    info = info_of(Fraction(30), 300)
    old = arranged(info, Segment(5, 0, 2), start_frame=52)
    clip = replace(old.clip, frame_rate=Fraction(26))
    markers = (Marker(26, "one second"),)
    edit = planned(info, replace(old, clip=clip, part=ClipPart(26, 260), markers=markers))
    assert spans(edit) == [(60, 120)]
    assert (edit.first_frame, edit.end_frame) == (30, 300)
    assert edit.markers == ((30, "one second"),)


def test_levels_above_the_highest_are_in_the_wav() -> None:
    info = info_of(Fraction(25), 250)
    arrangement = arranged(info, Segment(5, 0, 4)).with_gains(music_gain_db=20.0)
    (piece,) = planned(info, arrangement).pieces()
    assert [point.gain_db for point in piece.levels] == [MAX_LEVEL_DB]
    assert piece.sound.gain_db == pytest.approx(8.0)


def test_music_without_sound_is_off() -> None:
    info = info_of(Fraction(25), 250)
    plain = arranged(info, Segment(5, 0, 4))
    for silenced in (
        plain.with_gains(music_gain_db=-60.0),
        replace(plain, items=(replace(plain.items[0], gain_db=-80.0),)),
        replace(plain, items=(replace(plain.items[0], muted=True),)),
    ):
        (piece,) = planned(info, silenced).pieces()
        assert not piece.is_enabled
        assert [point.gain_db for point in piece.levels] == [0.0]


def test_points_are_at_different_frames_inside_the_piece() -> None:
    info = info_of(Fraction(30_000, 1001), 300)
    for piece in planned(info, busy(info, Path("/m/t.ogg"))).pieces():
        frames = [point.frame for point in piece.levels]
        assert frames == sorted(set(frames))
        assert frames[0] == piece.first_frame and frames[-1] <= piece.end_frame


# Names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Rain", "Rain"),
        ('A/B\\C:D*E?F"G<H>I|J', "A_B_C_D_E_F_G_H_I_J"),
        ("100% #1 & 'x'\n", "100_ _1 _ _x__"),
        ("Ärger (Mix)", "Ärger (Mix)"),
        ("  . ", "_"),
        ("sea\udcff", "sea_"),
        ("x" * 100, "x" * 60),
        ("CON.", "CON"),
    ],
)
def test_names_of_files_are_plain(title: str, name: str) -> None:
    assert plain_name(title) == name


def test_files_are_numbered_and_in_a_folder_named_after_the_timeline() -> None:
    info = info_of(Fraction(25), 250)
    track = TrackReference(Path("/m/t.ogg"), tags=Tags("A/B"))
    arrangement = arranged(info, Segment(5, 0, 2), Segment(9, 2, 2), track=track)
    task = ExportTask(info, arrangement, Path("/out/my edit.xml"))
    folder = Path("/out/my edit music")
    assert music_files(task) == (folder / "01 A_B.wav", folder / "02 A_B.wav")


def test_a_track_of_many_pieces_is_probed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    probed: list[Path] = []

    def probe(path: Path) -> SimpleNamespace:
        probed.append(path)
        return SimpleNamespace(duration_s=60.0)

    monkeypatch.setattr("engine.export.music_files.probe_audio", probe)
    monkeypatch.setattr("engine.export.music_files.write_wav", lambda *_: None)
    pieces = (Segment(float(n), float(n), 1.0) for n in range(5))
    info = info_of()
    write_music(ExportTask(info, arranged(info, *pieces), Path("/out/t.xml")), silent())
    assert probed == [Path("/m/t.ogg")]
