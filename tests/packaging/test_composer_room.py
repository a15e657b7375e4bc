"""The room and the whole mix: how long it rings, when it answers, and that it sums to mono."""

from dataclasses import replace

import numpy as np
import pytest

from composer.form import compose
from composer.genres import BRIEFS
from composer.mix import mix
from composer.render import Stem, Stems
from composer.room import reverberate, size_m
from composer.score import Room, Strip
from composer.sound import RATE_HZ, Stereo


def correlation(sound: Stereo) -> float:
    return float(np.asarray(np.corrcoef(sound.T))[0, 1])


def answer(room: Room, side: int = 0) -> Stereo:
    click = np.zeros((round((room.reverb_s * 1.4 + 0.2) * RATE_HZ), 2), np.float32)
    click[0, side] = 1.0
    return reverberate(click, room)


@pytest.mark.parametrize("reverb_s", [0.5, 1.1, 2.2, 2.8])
def test_a_room_rings_as_long_as_asked(reverb_s: float) -> None:
    energy = np.cumsum((answer(Room(reverb_s)) ** 2).sum(1)[::-1])[::-1]
    falls_db = 10 * np.log10(energy / energy[0])
    from_5_to_35_s = (np.argmax(falls_db < -35) - np.argmax(falls_db < -5)) / RATE_HZ
    assert 2 * from_5_to_35_s == pytest.approx(reverb_s, rel=0.08)


def test_a_larger_room_is_wider_and_its_tail_comes_later() -> None:
    def peak_of_tail_s(room: Room) -> float:
        blocks = (answer(room) ** 2).sum(1)[: RATE_HZ // 2].reshape(-1, 240).mean(1)
        return float(np.argmax(np.convolve(blocks, np.ones(8), "valid"))) * 0.005

    assert all(a < b for a, b in zip(size_m(0.8), size_m(2.4), strict=True))
    assert peak_of_tail_s(Room(0.6)) < peak_of_tail_s(Room(2.6))


def test_both_ears_hear_each_side_of_the_stage_its_own_more() -> None:
    left = (answer(Room(1.4), 0) ** 2).sum(0)
    assert left[0] > 2 * left[1] > 0
    assert abs(correlation(answer(Room(1.4)))) < 0.6


def test_the_tail_is_duller_than_its_beginning() -> None:
    sound = answer(Room(2.2, 9000.0))[:, 0]

    def treble(start_s: float) -> float:
        part = sound[round(start_s * RATE_HZ) :][: RATE_HZ // 4]
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        return float(power[750:].sum() / power.sum())

    assert treble(0.9) < 0.3 * treble(0.1)


def test_a_mix_loses_its_dc_and_sums_to_mono() -> None:
    score = compose(BRIEFS[0])
    dry = replace(score, room=replace(score.room, effects=(), is_natural=True))
    rng = np.random.default_rng(8)
    noise, other = rng.standard_normal((2, 3 * RATE_HZ)) * 0.1
    opposed = np.stack([noise, 0.2 * other - noise], 1).astype(np.float32) + np.float32(0.02)
    sound = mix(Stems(dry, (Stem("a", Strip(reverb=0), opposed),), ())).sound
    assert correlation(opposed) < -0.9
    assert correlation(sound[RATE_HZ:]) > -0.05
    assert abs(float(sound[RATE_HZ:].mean())) < 1e-4
