"""What the process that plays the sound does, on outputs that a test moves by hand."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QMediaDevices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.audio import playback
from desktop.audio.messages import (
    N_SHARED,
    Report,
    SetGain,
    SetLoop,
    SetSound,
    Start,
    Stop,
    read_report,
)
from desktop.audio.mixer import Samples, Source
from desktop.audio.outputs import Read, SilentOutput, encode
from desktop.audio.playback import Playback
from engine.media.sound_file import RATE_HZ, SoundFile, create_sound


class FakeOutput:
    """Takes and plays samples when a test says so.

    Attributes:
        n_taken, n_played: since it was opened.
        taken: all samples, since it was made.
    """

    def __init__(self, read: Read, _parent: QObject) -> None:
        self._read = read
        self.is_open = False
        self.n_taken = self.n_played = self.n_dropouts = 0
        self.taken: list[Samples] = []

    def open(self) -> None:
        self.is_open = True
        self.n_taken = self.n_played = 0

    def close(self) -> None:
        self.is_open = False

    def take(self, n_samples: int) -> None:
        self.taken.append(self._read(n_samples))
        self.n_taken += n_samples


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> list[FakeOutput]:
    """The outputs that were made, the current one last."""
    made: list[FakeOutput] = []

    def make(player: Playback) -> FakeOutput:
        made.append(FakeOutput(player._read, player))
        return made[-1]

    monkeypatch.setattr(Playback, "_make_output", make)
    return made


@pytest.fixture
def shared() -> list[float]:
    return [0.0] * N_SHARED


@pytest.fixture
def player(qapp: QApplication, outputs: list[FakeOutput], shared: list[float]) -> Playback:
    return Playback(shared)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Twenty seconds; sample k is k / 2^22, in steps."""
    path = tmp_path / "music.sound"
    create_sound(path, 20 * RATE_HZ)
    level = (np.arange(20 * RATE_HZ) // 512 / 2**13).astype(np.float32) / 4
    SoundFile(path).fill(0, [np.stack([level, level], 1)])
    return path


def test_reports_the_position_by_what_the_device_has_played(
    player: Playback, outputs: list[FakeOutput], shared: list[float]
) -> None:
    player.obey(Start(1, 2.0, 1.0))
    outputs[-1].take(RATE_HZ)
    player.report()
    # Nothing of it has been played yet.
    assert read_report(shared, Report()).number == 0
    outputs[-1].n_played = RATE_HZ // 2 + player.mixer.latency
    player.report()
    report = read_report(shared, Report())
    assert (report.number, report.position_s) == (1, 2.5)


def test_a_jump_plays_only_after_what_the_device_has_already(
    player: Playback, outputs: list[FakeOutput], shared: list[float]
) -> None:
    player.obey(Start(1, 2.0, 1.0))
    outputs[-1].take(RATE_HZ)
    player.obey(Start(2, 10.0, -2.0))
    outputs[-1].take(RATE_HZ)
    outputs[-1].n_played = RATE_HZ - 1 + player.mixer.latency
    player.report()
    assert read_report(shared, Report()).number == 1
    outputs[-1].n_played = RATE_HZ + RATE_HZ // 4 + player.mixer.latency
    player.report()
    report = read_report(shared, Report())
    assert (report.number, report.position_s, report.speed) == (2, 9.5, -2.0)


def test_a_loop_is_reported_to_the_sample(
    player: Playback, outputs: list[FakeOutput], shared: list[float]
) -> None:
    player.obey(SetLoop((2.0, 3.0)))
    player.obey(Start(1, 2.5, 1.0))
    for _ in range(5):
        outputs[-1].take(RATE_HZ // 2 + 7)
    for n_played, position_s in ((0.25, 2.75), (0.5, 2.0), (1.0, 2.5), (2.25, 2.75)):
        outputs[-1].n_played = round(n_played * RATE_HZ) + player.mixer.latency
        player.report()
        report = read_report(shared, Report())
        assert (report.number, report.position_s) == (1, position_s)
    player.obey(SetLoop((2.0, 2.0)))
    assert player.mixer.loop is None


def test_obeys_sounds_and_levels(
    player: Playback, outputs: list[FakeOutput], music: Path, shared: list[float]
) -> None:
    player.obey(SetSound(Source.MUSIC, music))
    player.obey(SetGain(Source.MUSIC, -6.0206))
    player.obey(Start(1, 4.0, 1.0))
    outputs[-1].take(1000)
    outputs[-1].take(4000)
    expected = SoundFile(music).read(np.arange(4 * RATE_HZ, 4 * RATE_HZ + 5000)) / 2
    # Once the level has settled; delayed by the limiter.
    start = 4900 - player.mixer.latency
    np.testing.assert_allclose(outputs[-1].taken[-1][-100:], expected[start:][:100], rtol=1e-3)
    player.obey(Stop())
    outputs[-1].take(2000)
    outputs[-1].take(2000)
    assert np.abs(outputs[-1].taken[-1]).max() < 1e-6


def test_a_switch_and_its_undo_play_the_same_samples_of_the_clip(
    player: Playback, outputs: list[FakeOutput], shared: list[float], tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    paths = [tmp_path / name for name in ("before.sound", "after.sound")]
    sounds = []
    for path in paths:
        # Quiet enough for the limiter to leave it.
        samples = rng.uniform(-0.2, 0.2, (3 * RATE_HZ, 2)).astype(np.float32)
        create_sound(path, len(samples))
        SoundFile(path).fill(0, [samples])
        sounds.append(SoundFile(path))
    before, after = paths
    player.obey(SetSound(Source.MUSIC, before))
    player.obey(Start(1, 0.5, 1.0))
    third = RATE_HZ // 3
    for path in (before, after, before):
        player.obey(SetSound(Source.MUSIC, path))
        outputs[-1].take(third)
    taken = np.concatenate(outputs[-1].taken)
    for number, sound in enumerate((sounds[0], sounds[1], sounds[0])):
        # Past the crossfade, and as late as the limiter is.
        places = np.arange(number * third + 2_000, (number + 1) * third)
        wanted = sound.read(places - player.mixer.latency + RATE_HZ // 2)
        np.testing.assert_allclose(taken[places], wanted, atol=1e-6)


def test_a_sound_that_is_gone_is_silence(
    player: Playback, outputs: list[FakeOutput], tmp_path: Path
) -> None:
    player.obey(SetSound(Source.MUSIC, tmp_path / "gone.sound"))
    player.obey(Start(1, 0.0, 1.0))
    outputs[-1].take(1000)
    assert not outputs[-1].taken[0].any()


def test_another_device_continues_from_what_played_last(
    player: Playback, outputs: list[FakeOutput], shared: list[float]
) -> None:
    player.obey(Start(1, 2.0, 1.0))
    outputs[-1].take(2 * RATE_HZ)
    outputs[-1].n_played = RATE_HZ + player.mixer.latency
    outputs[-1].n_dropouts = 3
    player.change_output()
    first, second = outputs
    assert (first.is_open, second.is_open) == (False, True)
    # The second that the first device had taken but not played is played by the second one.
    assert player.mixer.position == 3.0 * RATE_HZ
    second.take(RATE_HZ)
    second.n_played = RATE_HZ // 2 + player.mixer.latency
    player.report()
    report = read_report(shared, Report())
    assert (report.number, report.position_s, report.n_dropouts) == (1, 3.5, 3)


def test_a_start_that_no_device_has_played_yet_is_not_lost(
    player: Playback, outputs: list[FakeOutput], shared: list[float]
) -> None:
    player.obey(Start(1, 2.0, 1.0))
    outputs[-1].take(RATE_HZ)
    outputs[-1].n_played = RATE_HZ // 2 + player.mixer.latency
    player.report()
    player.obey(Start(2, 9.0, 1.0))
    player.change_output()
    outputs[-1].take(RATE_HZ)
    outputs[-1].n_played = RATE_HZ // 2 + player.mixer.latency
    player.report()
    report = read_report(shared, Report())
    assert (report.number, report.position_s) == (2, 9.5)


def test_a_device_that_changes_during_a_pause_is_opened_with_the_next_start(
    player: Playback, outputs: list[FakeOutput]
) -> None:
    player.obey(Start(1, 2.0, 1.0))
    player.obey(Stop())
    player.change_output()
    assert not any(output.is_open for output in outputs)
    player.obey(Start(2, 5.0, 1.0))
    assert outputs[-1].is_open


def test_a_device_that_hangs_is_replaced_by_silence_and_tried_again(
    qtbot: QtBot,
    player: Playback,
    outputs: list[FakeOutput],
    shared: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = [100.0]
    monkeypatch.setattr(playback, "shared_clock_s", lambda: now_s[0])
    player.obey(Start(1, 2.0, 1.0))
    outputs[-1].take(RATE_HZ)
    outputs[-1].n_played = RATE_HZ // 2 + player.mixer.latency
    now_s[0] += 1.0
    player.report()
    assert read_report(shared, Report()).has_device
    now_s[0] += 2.0
    player.report()
    # Once is no sign of it: this process may have had to wait.
    assert read_report(shared, Report()).has_device
    qtbot.waitUntil(lambda: isinstance(player._output, SilentOutput))
    assert not outputs[-1].is_open
    report = read_report(shared, Report())
    assert not report.has_device
    assert report.position_s == pytest.approx(2.5, abs=0.2)
    qtbot.waitUntil(lambda: player.mixer.position > 2.6 * RATE_HZ)
    player._retry.timeout.emit()
    assert player._output is outputs[-1]
    assert len(outputs) == 2


def test_an_output_rests_after_a_pause(player: Playback, outputs: list[FakeOutput]) -> None:
    player.obey(Start(1, 2.0, 1.0))
    player.obey(Stop())
    assert outputs[-1].is_open
    player._idle.timeout.emit()
    assert not outputs[-1].is_open


def test_without_a_device_the_time_runs_in_silence(
    qapp: QApplication, qtbot: QtBot, shared: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMediaDevices, "defaultAudioOutput", QAudioDevice)
    player = Playback(shared)
    assert not read_report(shared, Report()).has_device
    player.obey(Start(1, 1.0, 1.0))
    qtbot.waitUntil(lambda: read_report(shared, Report()).position_s > 1.05)
    player.obey(Stop())
    player._rest()


def test_the_silent_output_keeps_time(qtbot: QtBot) -> None:
    parent, reads = QObject(), [0]

    def read(n_samples: int) -> Samples:
        reads.append(n_samples)
        return np.zeros((n_samples, 2), np.float32)

    output = SilentOutput(read, parent)
    output.open()
    qtbot.waitUntil(lambda: output.n_taken > RATE_HZ // 20)
    output.close()
    assert output.n_played == output.n_taken == sum(reads)
    assert not output.is_open


@pytest.mark.parametrize(
    ("sample_format", "as_array", "expected"),
    [
        (QAudioFormat.SampleFormat.Int16, np.int16, [32767, -32767, 16384, 0]),
        (QAudioFormat.SampleFormat.Float, np.float32, [1.0, -1.0, 0.5, 0.0]),
    ],
)
def test_encodes_for_the_sink(
    sample_format: QAudioFormat.SampleFormat,
    as_array: type[np.int16] | type[np.float32],
    expected: list[float],
) -> None:
    mixed = np.array([[1.0, -1.0], [0.5, 0.0]], np.float32)
    assert np.frombuffer(encode(mixed, sample_format), as_array).tolist() == expected
