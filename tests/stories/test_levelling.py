"""Loudness of the part that plays."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.segments import Segment
from engine.errors import MediaNotFound
from engine.export.mixing import mix_blocks
from engine.media.loudness import measure_samples
from engine.paths import cache_dir
from engine.progress import silent
from engine.stories.levelling import level, level_isolated, measure_level
from tests.arrangements import arranged, with_item

RATE_HZ = 48_000


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty seconds of noise: ten quiet ones, then 14 dB louder, with a click each half second."""
    path = tmp_path_factory.mktemp("tracks") / "noise.wav"
    time_s = np.arange(40 * RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(1).normal(0, 1, (len(time_s), 2))
    noise *= np.where(time_s < 10, 0.02, 0.1)[:, None]
    noise[RATE_HZ // 4 :: RATE_HZ // 2] = 0.6
    soundfile.write(path, noise, RATE_HZ, subtype="FLOAT")
    return path


def over(track: Path, start_s: float) -> Arrangement:
    return arranged(Segment(start_s, 0.0, 8.0), clip_s=8.0, track=track)


@pytest.mark.parametrize("start_s", [1.0, 20.0])
@pytest.mark.parametrize("target_lufs", [-14.0, -16.0, -23.0])
def test_what_plays_has_the_target_with_its_peaks_limited(
    track: Path, start_s: float, target_lufs: float
) -> None:
    levelled = level(over(track, start_s), target_lufs, measure_level)
    assert levelled.target_lufs == target_lufs
    measured = measure_samples(mix_blocks(levelled, silent(), with_clip=False))
    assert measured.integrated_lufs == pytest.approx(target_lufs, abs=0.2)
    assert measured.true_peak_dbtp <= -1.0


def test_as_it_is_has_no_gain(track: Path) -> None:
    levelled = level(with_item(over(track, 1.0), match_gain_db=3.0), None, measure_level)
    assert (levelled.target_lufs, levelled.items[0].match_gain_db) == (None, 0.0)


def test_sliders_volume_and_fades_of_the_user_do_not_count(track: Path) -> None:
    plain = over(track, 20.0)
    changed = with_item(plain, gain_db=-30.0, muted=True).with_gains(music_gain_db=-20.0)
    gains = [level(each, -23.0, measure_level).items[0].match_gain_db for each in (plain, changed)]
    assert gains[0] == gains[1]


def test_silence_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros((10 * RATE_HZ, 2)), RATE_HZ)
    assert measure_level(over(path, 0.0).items[0], -14.0) == 0.0


def test_each_part_is_measured_once(track: Path) -> None:
    measured: list[float] = []

    def measure(item: MusicItem, target_lufs: float) -> float:
        measured.append(item.track_start_s)
        return -3.0

    arrangement = over(track, 20.0)
    assert level(arrangement, -14.0, measure).items[0].match_gain_db == -3.0
    level(arrangement.with_gains(music_gain_db=-3.0), -14.0, measure)
    assert measured == [20.0]
    level(over(track, 21.0), -14.0, measure)
    level(arrangement, -16.0, measure)
    same_bytes = replace(arrangement.items[0].track, content_hash="other")
    level(with_item(arrangement, track=same_bytes), -14.0, measure)
    assert measured == [20.0, 21.0, 20.0, 20.0]


@pytest.mark.parametrize("text", ["", "NaN", '"x"', "1000", "null"])
def test_a_damaged_entry_is_measured_again(track: Path, text: str) -> None:
    arrangement = over(track, 20.0)
    level(arrangement, -14.0, lambda *_: -3.0)
    (entry,) = (cache_dir() / "levels").glob("*.json")
    entry.write_text(text)
    assert level(arrangement, -14.0, lambda *_: -4.0).items[0].match_gain_db == -4.0
    assert entry.read_text() == "-4.0"


def test_old_entries_are_removed(track: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.stories.levelling._MAX_ENTRIES", 10)
    for start_s in range(15):
        level(over(track, start_s), -14.0, lambda *_: -3.0)
    assert len(list((cache_dir() / "levels").glob("*.json"))) <= 10


def test_commands_decode_in_another_process(track: Path) -> None:
    levelled = level_isolated(over(track, 20.0), -16.0, silent())
    expected = measure_level(over(track, 20.0).items[0], -16.0)
    assert levelled.items[0].match_gain_db == expected


def test_a_track_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound, match=r"gone\.ogg"):
        level(over(tmp_path / "gone.ogg", 0.0), -14.0, measure_level)
