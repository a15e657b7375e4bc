"""The features of a piece of music, measured from its file."""

import io
import math
import zipfile
import zlib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import N_TAGS, MusicTagger, MusicTags
from engine.errors import LibraryError
from engine.media.loudness import LoudnessInfo, measure_loudness
from engine.media.waveform import read_blocks
from engine.music.energy import LevelStream
from engine.music.key import CHROMA_RATE_HZ, MODES, PITCH_CLASSES, ChromaStream, Key, find_key
from engine.music.mel import (
    FFT_SAMPLES,
    HOP_SAMPLES,
    RATE_HZ,
    Framer,
    PatchSampler,
    log_mel,
    mel_power,
    power_spectra,
)
from engine.music.onsets import OnsetStream
from engine.music.rhythm import Rhythm, describe_rhythm
from engine.music.timbre import SpectrumAverage
from engine.music.vector import (
    VECTOR_LENGTH,
    VERSION,
    Descriptors,
    energy_course,
    music_vector,
    octaves_above,
)
from engine.music.vocals import vocals_probability
from engine.progress import Progress
from engine.translation import tr

Float32Array = npt.NDArray[np.float32]

# The networks react to level: everything is analysed as loud as the app plays it …
_ANALYSIS_LUFS = -14.0
# … but noise isn't amplified to music.
_MAX_GAIN_DB = 24.0
# 24 to 48 patches, two minutes of sound at most, spread over the piece.
_MAX_PATCHES = 48
_PATCHES_AT_ONCE = 8


@dataclass(frozen=True, slots=True, eq=False)
class MusicFeatures:
    """The features of a piece of music.

    Attributes:
        version: of the features; vectors of different versions can't be compared.
        vector: (612,) float32, the input of music encoder and profile, laid out as
            `engine.music.vector.LAYOUT`; of an older version, of that version's length.
        duration_s: length of the sound.
        msd_tags: (50,) float32, mean probability of `engine.encoders.audio.MSD_TAGS`.
        mtt_tags: (50,) float32, the same of `MTT_TAGS`.
        bpm: beats per minute; 0 without a pulse.
        bpm_confidence: 0..1.
        beats_s: (n,) float32, times of the beats.
        downbeats_s: (m,) float32, beats that start a bar.
        beats_per_bar: 3 or 4; 0 where there are too few beats.
        key: "C" to "B", with sharps.
        mode: "major" or "minor".
        key_confidence: 0..1.
        loudness_lufs: integrated loudness, from -70.
        loudness_range_lu: EBU R128's loudness range.
        true_peak_dbtp: highest true peak; -120 for silence.
        brightness: spectral centroid in Hz, 0..8000.
        onset_density_hz: note onsets per second.
        energy_curve: (seconds,) float32, root mean square of each second, 0..1.
        peaks: (up to 1000, 2) int8, lowest and highest sample of equally long columns; 127 is
            full scale.
        vocals: 0..1, probability of vocals.
    """

    version: str
    vector: Float32Array
    duration_s: float
    msd_tags: Float32Array
    mtt_tags: Float32Array
    bpm: float
    bpm_confidence: float
    beats_s: Float32Array
    downbeats_s: Float32Array
    beats_per_bar: int
    key: str
    mode: str
    key_confidence: float
    loudness_lufs: float
    loudness_range_lu: float
    true_peak_dbtp: float
    brightness: float
    onset_density_hz: float
    energy_curve: Float32Array
    peaks: npt.NDArray[np.int8]
    vocals: float

    def __post_init__(self) -> None:
        if self.vector.ndim != 1 or not np.isfinite(self.vector).all():
            raise ValueError("the vector must be finite numbers")
        if self.version == VERSION and len(self.vector) != VECTOR_LENGTH:
            raise ValueError(f"the vector must be {VECTOR_LENGTH} numbers")
        if self.msd_tags.shape != (N_TAGS,) or self.mtt_tags.shape != (N_TAGS,):
            raise ValueError(f"there must be {N_TAGS} tags of each kind")
        for times in (self.beats_s, self.downbeats_s, self.energy_curve):
            if times.ndim != 1 or times.dtype != np.float32:
                raise ValueError("beats, downbeats and energy must be one-dimensional float32")
        if self.peaks.ndim != 2 or self.peaks.shape[1] != 2 or self.peaks.dtype != np.int8:
            raise ValueError("peaks must be int8 (n, 2)")
        if self.key not in PITCH_CLASSES or self.mode not in MODES:
            raise ValueError(f"{self.key} {self.mode} is not a key")
        shares = (self.bpm_confidence, self.key_confidence, self.vocals)
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError("confidences and vocals must be in 0..1")
        if not (self.duration_s > 0 and self.bpm >= 0 and math.isfinite(self.loudness_lufs)):
            raise ValueError("duration, bpm or loudness out of range")

    def to_bytes(self) -> bytes:
        """Return the features as an .npz archive; the same features give the same bytes."""
        buffer = io.BytesIO()
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        np.savez_compressed(buffer, allow_pickle=False, **values)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote, in this or another version.

        Those of another version place and show a track until it is analysed again; packs refuse
        its vector. So a field that is new in a version has a default.

        Raises:
            LibraryError: when the bytes are damaged, or another version's fields don't fit.
        """
        version = VERSION
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                version = str(_array(archive.read("version.npy")))
                names = {name.removesuffix(".npy") for name in archive.namelist()}
                if version != VERSION:
                    names &= {field.name for field in fields(cls)}
                return cls(**{name: _plain(_array(archive.read(f"{name}.npy"))) for name in names})
        except (
            *(ValueError, TypeError, KeyError, OSError, EOFError),
            *(zipfile.BadZipFile, zlib.error),
        ) as error:
            if version == VERSION:
                problem = tr("the stored analysis of a track is damaged.")
            else:
                problem = tr(
                    "the stored analysis of a track has another version ({version})."
                ).format(version=version[:32])
            raise LibraryError(problem, remedy=_reanalyse()) from error


@dataclass(frozen=True, slots=True)
class MusicAnalysis:
    """What an analysis of a file found.

    Attributes:
        features: of the music.
        decoded_s: how much was decoded, without the silence that replaces damaged places.
        swing: half the largest difference between two samples close together; 0 for silence.
    """

    features: MusicFeatures
    decoded_s: float
    swing: float


def describe_music(path: Path, tagger: MusicTagger, progress: Progress) -> MusicFeatures:
    """Return the features of a music file, see `analyse_music`."""
    return analyse_music(path, tagger, progress).features


def analyse_music(path: Path, tagger: MusicTagger, progress: Progress) -> MusicAnalysis:
    """Analyse a music file, or the sound of a video.

    The file is read in blocks; memory grows by about a kilobyte per second of sound.

    Raises:
        MediaError: when the file can't be read or has no sound.
    """
    decoded_s = swing = 0.0
    loudness = measure_loudness(path, progress=progress)
    analysis = _Analysis(gain=analysis_gain(loudness.integrated_lufs))
    for block in read_blocks(path, RATE_HZ, 1):
        progress.step(tr("Analysing the music"), block.start_s)
        analysis.push(block.samples[:, 0])
        decoded_s = block.decoded_s
        swing = max(swing, float(np.ptp(np.nan_to_num(block.samples))) / 2)
    analysis.finish()
    progress.step(tr("Recognising genre and instruments"))
    tags = _tags(analysis.patches.patches(), tagger, progress)
    return MusicAnalysis(_features(analysis, loudness, tags), decoded_s, swing)


class _Analysis:
    """Passes each block of sound to all measurements."""

    def __init__(self, gain: float) -> None:
        self._gain = np.float32(gain)
        self._framer = Framer(FFT_SAMPLES, HOP_SAMPLES)
        self.levels = LevelStream()
        self.chroma = ChromaStream()
        self.onsets = OnsetStream()
        self.patches = PatchSampler(_MAX_PATCHES)
        self.spectrum = SpectrumAverage()

    def push(self, samples: Float32Array) -> None:
        # Floating-point files may contain any number.
        samples = np.clip(np.nan_to_num(samples, nan=0.0), -8, 8)
        self.levels.push(samples)
        samples = samples * self._gain
        self.chroma.push(samples)
        self._measure(self._framer.push(samples))

    def finish(self) -> None:
        self.chroma.finish()
        self._measure(self._framer.finish())

    def _measure(self, frames: Float32Array) -> None:
        power = power_spectra(frames)
        self.spectrum.push(power)
        bands = log_mel(mel_power(power))
        self.onsets.push(bands)
        self.patches.push(bands)


def analysis_gain(loudness_lufs: float) -> float:
    """Return the factor that makes music of this integrated loudness as loud as it's analysed."""
    gain_db = _ANALYSIS_LUFS - loudness_lufs
    return float(10 ** (min(gain_db, _MAX_GAIN_DB) / 20))


def _tags(patches: Float32Array, tagger: MusicTagger, progress: Progress) -> MusicTags:
    parts = []
    for start in range(0, len(patches), _PATCHES_AT_ONCE):
        progress.check()
        parts.append(tagger.tag(patches[start : start + _PATCHES_AT_ONCE]))
    return MusicTags(
        np.concatenate([part.msd_patches for part in parts]),
        np.concatenate([part.mtt_patches for part in parts]),
        np.concatenate([part.embedding_patches for part in parts]),
    )


def _features(analysis: _Analysis, loudness: LoudnessInfo, tags: MusicTags) -> MusicFeatures:
    rhythm = describe_rhythm(analysis.onsets.curves(), analysis.chroma.chroma(), CHROMA_RATE_HZ)
    key = find_key(analysis.chroma.fine_profile())
    descriptors = _descriptors(analysis, rhythm, key, loudness, tags)
    return MusicFeatures(
        version=VERSION,
        vector=music_vector(tags, descriptors),
        duration_s=analysis.levels.duration_s,
        msd_tags=tags.msd,
        mtt_tags=tags.mtt,
        bpm=rhythm.bpm,
        bpm_confidence=rhythm.confidence,
        beats_s=rhythm.beats_s,
        downbeats_s=rhythm.downbeats_s,
        beats_per_bar=rhythm.beats_per_bar,
        key=key.name,
        mode=key.mode,
        key_confidence=key.confidence,
        loudness_lufs=loudness.integrated_lufs,
        loudness_range_lu=loudness.range_lu,
        true_peak_dbtp=loudness.true_peak_dbtp,
        brightness=analysis.spectrum.brightness_hz(),
        onset_density_hz=rhythm.onset_density_hz,
        energy_curve=analysis.levels.energy_curve(),
        peaks=analysis.levels.peaks(),
        vocals=descriptors.vocals,
    )


def _descriptors(
    analysis: _Analysis,
    rhythm: Rhythm,
    key: Key,
    loudness: LoudnessInfo,
    tags: MusicTags,
) -> Descriptors:
    spread, rise = energy_course(analysis.levels.energy_curve())
    return Descriptors(
        tempo_octaves=octaves_above(120, rhythm.bpm),
        tempo_confidence=rhythm.confidence,
        onset_density_hz=rhythm.onset_density_hz,
        loudness_lufs=loudness.integrated_lufs,
        loudness_range_lu=loudness.range_lu,
        brightness_octaves=octaves_above(1000, analysis.spectrum.brightness_hz()),
        bass_share=analysis.spectrum.bass_share(),
        energy_spread=spread,
        energy_rise=rise,
        mode=key.confidence if key.mode == "major" else -key.confidence,
        key_confidence=key.confidence,
        vocals=vocals_probability(tags),
    )


def _array(data: bytes) -> npt.NDArray[Any]:
    """Return an array from the bytes of an .npy file, as `np.load` does.

    Raises:
        ValueError: when it isn't one, or holds Python objects.
    """
    end = 10 + int.from_bytes(data[8:10], "little")
    if data[:8] != b"\x93NUMPY\x01\x00":
        raise ValueError("not an array of format 1.0")
    shape, is_fortran, dtype = _header(data[:end])
    if dtype.hasobject or is_fortran:
        raise ValueError("an array of another kind")
    return np.frombuffer(data, dtype, math.prod(shape), end).reshape(shape).copy()


@lru_cache(maxsize=1_000)
def _header(data: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, order and type from the beginning of an .npy file, of which there are few."""
    stream = io.BytesIO(data)
    np.lib.format.read_magic(stream)
    return np.lib.format.read_array_header_1_0(stream)


def _plain(value: npt.NDArray[Any]) -> Any:
    return value.item() if value.ndim == 0 else value


def _reanalyse() -> str:
    return tr("Rescan the library to analyse it again.")
