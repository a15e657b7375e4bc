"""The process that plays the sound, as the window sees it; there is no audio device here."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.audio import sound as sound_module
from desktop.audio.mixer import Source
from desktop.audio.sound import SoundProcess
from engine.arrangement.automation import GainPoints
from engine.media.sound_file import RATE_HZ, create_sound

_MS = 30_000


@pytest.fixture
def sound(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundProcess]:
    # No sound server is found, even on machines that have one.
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    sound = SoundProcess()
    yield sound
    sound.close()


def pid_of(sound: SoundProcess) -> int:
    assert sound._process is not None and sound._process.pid is not None
    return sound._process.pid


def test_plays_from_a_position_and_stops(qtbot: QtBot, sound: SoundProcess, tmp_path: Path) -> None:
    path = tmp_path / "a.sound"
    create_sound(path, 10 * RATE_HZ)
    sound.set_sound(Source.MUSIC, path)
    sound.set_gain(Source.MUSIC, -3.0)
    sound.set_levels(GainPoints(np.zeros(0), np.zeros(0)))
    assert sound.position_s() == 0.0
    sound.start(2.0, 1.0)
    assert sound.position_s() == 2.0
    qtbot.waitUntil(lambda: sound.position_s() > 2.05, timeout=_MS)
    sound.start(8.0, -1.0)
    qtbot.waitUntil(lambda: 7.0 < sound.position_s() < 7.95, timeout=_MS)
    sound.stop()
    stopped_s = sound.position_s()
    qtbot.wait(50)
    assert sound.position_s() == stopped_s


def test_a_change_of_the_sound_is_counted_in_the_report(
    qtbot: QtBot, sound: SoundProcess, tmp_path: Path
) -> None:
    path = tmp_path / "a.sound"
    create_sound(path, RATE_HZ)
    sound.set_sound(Source.MUSIC, path)
    sound.start(0.0, 1.0)
    qtbot.waitUntil(lambda: sound.report.switch_s > 0, timeout=_MS)
    assert sound.report.switch_s < 1.0


def test_says_that_there_is_no_device(qtbot: QtBot, sound: SoundProcess) -> None:
    with qtbot.waitSignal(sound.device_changed, timeout=_MS) as changed:
        pass
    assert changed.args == [False]
    assert not sound.has_device


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_a_process_that_dies_is_replaced_and_plays_on(qtbot: QtBot, sound: SoundProcess) -> None:
    sound.start(5.0, 1.0)
    qtbot.waitUntil(lambda: sound.position_s() > 5.05, timeout=_MS)
    before = pid_of(sound)
    os.kill(before, signal.SIGKILL)
    qtbot.waitUntil(lambda: pid_of(sound) != before, timeout=_MS)
    played_s = sound.position_s()
    assert 5.05 < played_s < 30.0
    qtbot.waitUntil(lambda: sound.position_s() > played_s + 0.05, timeout=_MS)


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_without_a_process_the_time_runs_on(
    qtbot: QtBot, sound: SoundProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_module, "_MOST_STARTS", 1)
    sound.start(5.0, 2.0)
    os.kill(pid_of(sound), signal.SIGKILL)
    qtbot.waitUntil(lambda: sound._process is None, timeout=_MS)
    played_s = sound.position_s()
    qtbot.waitUntil(lambda: sound.position_s() > played_s + 0.05, timeout=_MS)
    assert not sound.has_device
    sound.set_loop((0.0, 1.0))
    sound.start(0.5, 4.0)
    for _ in range(2):
        qtbot.waitUntil(lambda: sound.position_s() > 0.6, timeout=_MS)
        qtbot.waitUntil(lambda: sound.position_s() < 0.4, timeout=_MS)
    played_s = sound.position_s()
    sound.set_loop(None)
    sound.set_gain(Source.MUSIC, -3.0)
    sound.stop()
    assert sound.position_s() > played_s


def test_the_process_ends_with_the_window(sound: SoundProcess) -> None:
    process = sound._process
    sound.close()
    assert sound._process is None
    with pytest.raises(ValueError, match="closed"):
        process.is_alive()  # type: ignore[union-attr]  # it was there before


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_a_process_that_ran_for_long_may_be_replaced_any_number_of_times(
    qtbot: QtBot, sound: SoundProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_module, "_MOST_STARTS", 1)
    monkeypatch.setattr(sound_module, "_STEADY_S", -1.0)
    seen = {pid_of(sound)}
    for _ in range(2):
        os.kill(pid_of(sound), signal.SIGKILL)
        qtbot.waitUntil(lambda: pid_of(sound) not in seen, timeout=_MS)
        seen.add(pid_of(sound))
