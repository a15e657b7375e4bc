"""Keys of known chords and cadences."""

import numpy as np
import numpy.typing as npt
import pytest

from engine.music.key import PITCH_CLASSES, ChromaStream, Key, fifths_apart, find_key, tuning_steps

RATE_HZ = 16_000
MAJOR = (0, 4, 7)
MINOR = (0, 3, 7)


def chord(
    tonic: int, intervals: tuple[int, ...], duration_s: float, a4_hz: float
) -> npt.NDArray[np.float32]:
    """A chord above C4 + tonic, each note with four partials."""
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    sound = np.zeros_like(t)
    for interval in intervals:
        note_hz = a4_hz * 2 ** ((60 + tonic + interval - 69) / 12)
        for partial in range(1, 5):
            sound += np.sin(2 * np.pi * partial * note_hz * t) / partial**2
    return (0.1 * sound).astype(np.float32)


def cadence(tonic: int, mode: str, a4_hz: float = 440) -> ChromaStream:
    """I IV V I, or i iv V i."""
    triads = {"major": ((0, MAJOR), (5, MAJOR), (7, MAJOR), (0, MAJOR))}
    triads["minor"] = ((0, MINOR), (5, MINOR), (7, MAJOR), (0, MINOR))
    stream = ChromaStream()
    for root, triad in triads[mode]:
        stream.push(chord(tonic + root, triad, 1, a4_hz))
    stream.finish()
    return stream


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_a_cadence_names_its_key(tonic: int, mode: str) -> None:
    key = find_key(cadence(tonic, mode).fine_profile())
    assert (key.name, key.mode) == (PITCH_CLASSES[tonic], mode)
    assert key.confidence > 0.2


@pytest.mark.parametrize(("a4_hz", "steps"), [(440, 0), (432, -3), (446, 2), (452, 5)])
def test_tuning_is_corrected(a4_hz: float, steps: int) -> None:
    # 1200 log2(432 / 440) = -32 cents, 446 is 23 and 452 is 47 cents sharp.
    profile = cadence(2, "major", a4_hz).fine_profile()
    assert abs(tuning_steps(profile) - steps) <= 1
    assert (find_key(profile).name, find_key(profile).mode) == ("D", "major")


def test_chroma_shows_which_notes_sound_when() -> None:
    stream = ChromaStream()
    stream.push(chord(0, (0,), 2, 440))
    stream.push(chord(9, (0,), 2, 440))
    chroma = stream.chroma()
    assert chroma.shape[1] == 12
    np.testing.assert_allclose(chroma.sum(axis=1), 1, atol=1e-5)
    assert PITCH_CLASSES[chroma[4].argmax()] == "C"
    assert PITCH_CLASSES[chroma[-1].argmax()] == "A"


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("C major", "C major", 0),
        ("C major", "A minor", 0),
        ("C major", "G major", 1),
        ("A minor", "D minor", 1),
        ("B major", "E major", 1),
        ("C major", "D major", 2),
        ("C major", "C minor", 3),
        ("A minor", "A# minor", 5),
        ("C major", "F# major", 6),
        ("C major", None, None),
        ("C major", "8B", None),
        ("A minor", "", None),
    ],
)
def test_fifths_between_keys(one: str, other: str | None, apart: int | None) -> None:
    assert fifths_apart(one, other) == fifths_apart(other, one) == apart


def test_silence_has_no_certain_key() -> None:
    stream = ChromaStream()
    stream.push(np.zeros(RATE_HZ, np.float32))
    stream.finish()
    assert not stream.chroma().any()
    assert find_key(stream.fine_profile()) == Key("C", "major", 0.0)
    assert ChromaStream().chroma().shape == (0, 12)


def test_flats_are_not_key_names() -> None:
    with pytest.raises(ValueError, match="is not a key"):
        Key("Bb", "major", 1)
