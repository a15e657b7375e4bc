"""What is measured of a clip's own sound.

speech.opus is one sentence spoken by a synthesiser, after 1.5 s of silence.
"""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.encoders.audio import MttTagger
from engine.encoders.voice import FRAME_SAMPLES, RATE_HZ, VoiceDetector
from engine.errors import MediaUnreadable
from engine.media.loudness import SILENCE_LUFS
from engine.media.waveform import read_waveform
from engine.paths import bundled_library_dir
from engine.progress import silent
from engine.sound.cache import load_sound, store_sound
from engine.sound.clip_sound import ClipSound
from engine.sound.measure import describe_sound, loudness_within

SPEECH = Path(__file__).with_name("speech.opus")


def described(path: Path) -> ClipSound:
    return describe_sound(path, VoiceDetector.load(), MttTagger.load(), silent())


def test_speech_is_found_where_it_is() -> None:
    sound = described(SPEECH)
    assert sound.has_speech
    assert not sound.has_music
    assert sound.speech_s[0][0] == pytest.approx(1.5, abs=0.1)
    assert sound.speech_s[-1][1] == pytest.approx(5.0, abs=0.3)
    assert sound.speech_lufs == pytest.approx(sound.loudness_lufs, abs=0.5)


def test_music_is_recognised_as_music() -> None:
    sound = described(bundled_library_dir() / "tracks" / "electronic-01.opus")
    assert sound.has_music


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0], ids=["hiss", "pink noise", "rumble"])
def test_noise_is_neither(tmp_path: Path, slope: float) -> None:
    bins = np.fft.rfft(np.random.default_rng(1).normal(0, 0.05, 8 * RATE_HZ))
    noise = np.fft.irfft(bins / np.maximum(np.arange(len(bins)), 1) ** slope)
    soundfile.write(tmp_path / "noise.wav", 0.02 * noise / noise.std(), RATE_HZ)
    sound = described(tmp_path / "noise.wav")
    assert (sound.has_speech, sound.has_music) == (False, False)
    # The tagger finds up to 1.97 tags in it, more than in some music.
    assert sound.n_tags == 0.0


def test_silence_is_neither(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(4 * RATE_HZ), RATE_HZ)
    assert described(tmp_path / "silence.wav").loudness_lufs == SILENCE_LUFS
    assert not described(tmp_path / "silence.wav").has_music


def test_sound_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"RIFF0000WAVE")
    with pytest.raises(MediaUnreadable):
        described(tmp_path / "bad.wav")


def test_probabilities_do_not_depend_on_the_blocks() -> None:
    detector = VoiceDetector.load()
    speech = read_waveform(SPEECH, RATE_HZ, 1)[:, 0]
    whole = np.concatenate(list(detector.probabilities([speech])))
    pieces = np.array_split(speech, 7)
    assert np.concatenate(list(detector.probabilities(pieces))).tolist() == whole.tolist()
    assert len(whole) == -(-len(speech) // FRAME_SAMPLES)


def test_long_sound_keeps_its_state_from_part_to_part() -> None:
    detector = VoiceDetector.load()
    speech = np.tile(read_waveform(SPEECH, RATE_HZ, 1)[:, 0], 4)
    parts = list(detector.probabilities([speech]))
    assert len(parts) > 1
    # Without the state, the part after the first would begin as unsure as the first.
    alone = next(detector.probabilities([speech[len(parts[0]) * FRAME_SAMPLES :]]))
    assert np.abs(alone[:20] - parts[1][:20]).max() > 1e-3


def test_loudness_within_parts_is_gated() -> None:
    momentary = np.concatenate([np.full(50, -40), np.full(50, -20), np.full(50, -70)])
    momentary = momentary.astype(np.float32)
    assert loudness_within(momentary, np.array([[5.0, 10.0]])) == pytest.approx(-20, abs=0.3)
    # The quiet part is more than 10 LU below the mean, and isn't counted.
    assert loudness_within(momentary, np.array([[0.0, 15.0]])) == pytest.approx(-20, abs=0.3)
    assert loudness_within(momentary, np.array([[11.0, 15.0]])) == SILENCE_LUFS
    assert loudness_within(momentary, np.zeros((0, 2))) == SILENCE_LUFS


def test_a_part_of_a_clip_has_its_own_speech() -> None:
    sound = ClipSound(((1.0, 3.0), (5.0, 6.0)), -20.0, -21.0, 0.5)
    assert sound.part(2.0, 5.5).speech_s == ((0.0, 1.0), (3.0, 3.5))
    assert sound.part(3.0, 5.0).speech_s == ()


def test_what_is_known_is_read_back_unchanged() -> None:
    sound = ClipSound(((1.0, 3.0), (5.0, 6.0)), -20.0, -21.0, 0.5)
    assert load_sound("abc") is None
    store_sound("abc", sound)
    assert load_sound("abc") == sound
    assert load_sound("other") is None
