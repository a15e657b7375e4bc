"""Speech above the music, and how well speech is found.

    python -m tests.benchmarks.ducking CLIP... [--top 3]

For each clip with speech, the first tracks of its list are mixed as the app mixes them. Printed:
by how many LU the clip's own sound is above the music while somebody speaks (EBU R128, gated),
without ducking and with it; how far the music is below its own level a second after speech that
is followed by a longer pause; how deep it was lowered.

Where espeak-ng is installed, sentences at known times in noise of two levels are spoken by five
of its voices, and the detector's hits and misses are counted: the share of the time of speech that
is found, and of the time without speech that isn't taken for it.
"""

import argparse
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import soundfile

from engine.arrangement.arrangement import Arrangement
from engine.encoders.audio import MttTagger
from engine.encoders.voice import VoiceDetector
from engine.export.mixing import clip_blocks, levelled_music_blocks
from engine.media.loudness import measure_samples
from engine.media.waveform import read_waveform
from engine.progress import silent
from engine.sound.clip_sound import ClipSound
from engine.sound.measure import describe_sound, loudness_within
from engine.stories.analyse import analyse_clip
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend

_SENTENCES = (
    ("en-us", "Hello and welcome back. Today I will show you how we repaired the old bicycle."),
    ("en-gb+f3", "The committee met on Tuesday. Several members asked for more time."),
    ("de", "Guten Tag, heute backen wir einen Apfelkuchen mit Butter, Zucker und Mehl."),
    ("fr", "Bonjour à tous, nous sommes au marché et il fait très beau aujourd'hui."),
    ("en+m4", "First of all, take the screws out and put them in a small bowl."),
)
_RATE_HZ = 16_000
_NOISE_DB = (-40.0, -20.0)

Spans = npt.NDArray[np.float64]


def above_music(arrangement: Arrangement, sound: ClipSound) -> tuple[float, float]:
    """Return by how many LU speech is above the music, and the music's recovery in dB.

    The recovery is the gain of the line a second after the end of speech; nan without a pause.
    """
    spans = np.array(sound.speech_s)
    music = measure_samples(levelled_music_blocks(arrangement, silent()))
    clip = measure_samples(clip_blocks(arrangement, silent()))
    difference = loudness_within(clip.momentary_lufs, spans) - loudness_within(
        music.momentary_lufs, spans
    )
    recovered = [
        float(arrangement.gain_points.at(end_s + 1.0))
        for end_s, next_s in zip(spans[:, 1], [*spans[1:, 0], np.inf], strict=True)
        if next_s - end_s > 1.5 and end_s + 1.0 < arrangement.clip.duration_s
    ]
    return difference, min(recovered, default=float("nan"))


def measure_clips(clips: list[Path], top: int) -> None:
    """Print a row for each clip with speech."""
    print("clip | speech s | LU above, without | with (each track) | lowered dB | after 1 s dB")
    lowest = []
    for path in clips:
        clip = analyse_clip(path, silent())
        if not clip.sound.has_speech:
            print(f"{path.name} | 0 | – | – | – | –")
            continue
        ranked = recommend(clip, RankingOptions(top=top), silent()).items
        plain, ducked, back = [], [], []
        for one in ranked:
            plain.append(above_music(replace(one.arrangement, ducking=None), clip.sound)[0])
            above, recovered = above_music(one.arrangement, clip.sound)
            ducked.append(above)
            back.append(recovered)
        ducking = ranked[0].arrangement.ducking
        depth_db = 0.0 if ducking is None else ducking.depth_db
        lowest.append(min(ducked))
        seconds = sum(end_s - start_s for start_s, end_s in clip.sound.speech_s)
        print(
            f"{path.name} | {seconds:.1f} | {min(plain):.1f} | "
            f"{', '.join(f'{value:.1f}' for value in ducked)} | {depth_db:.1f} | "
            f"{min(back):.1f}",
            flush=True,
        )
    if lowest:
        print(f"lowest of {len(lowest)} clips: {min(lowest):.1f} LU\n")


def spoken(folder: Path, noise_db: float, seed: int) -> tuple[Path, Spans]:
    """Write sentences with pauses in noise; return the file and when somebody speaks."""
    rng = np.random.default_rng(seed)
    parts, spans, at = [], [], 0.0
    for number, (voice, text) in enumerate(_SENTENCES):
        pause_s = float(rng.uniform(1.0, 4.0))
        wav = folder / f"{number}.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-w", wav, text], check=True)
        speech = read_waveform(wav, _RATE_HZ, 1)[:, 0]
        sounding = np.flatnonzero(np.abs(speech) > 10**-2.5)
        speech = speech[sounding[0] : sounding[-1] + 1]
        speech *= 0.1 / np.sqrt(np.mean(np.square(speech)))
        parts += [np.zeros(round(pause_s * _RATE_HZ), np.float32), speech]
        spans.append((at + pause_s, at + pause_s + len(speech) / _RATE_HZ))
        at = sum(map(len, parts)) / _RATE_HZ
    parts.append(np.zeros(2 * _RATE_HZ, np.float32))
    sound = np.concatenate(parts)
    noise = rng.standard_normal(len(sound)) * 0.1 * 10 ** (noise_db / 20)
    soundfile.write(folder / "spoken.wav", sound + noise, _RATE_HZ)
    return folder / "spoken.wav", np.array(spans)


def measure_detector() -> None:
    """Print hits and misses on sentences at known times."""
    if shutil.which("espeak-ng") is None:
        print("espeak-ng isn't installed: the detector isn't measured.")
        return
    detector, tagger = VoiceDetector.load(), MttTagger.load()
    print("noise, relative to speech | speech found | pauses left alone | sentences missed")
    for noise_db in _NOISE_DB:
        hits, rests, missed = [], [], 0
        for seed in range(4):
            with TemporaryDirectory() as folder:
                path, spans = spoken(Path(folder), noise_db, seed)
                found = np.array(describe_sound(path, detector, tagger, silent()).speech_s)
            times_s = np.arange(0, spans[-1, 1] + 2, 0.01)
            truth, found_there = _inside(times_s, spans), _inside(times_s, found.reshape(-1, 2))
            hits.append(float(found_there[truth].mean()))
            rests.append(float((~found_there[~truth]).mean()))
            missed += sum(
                not found_there[(times_s >= a) & (times_s < b)].any() for a, b in spans.tolist()
            )
        print(f"{noise_db:.0f} dB | {np.mean(hits):.3f} | {np.mean(rests):.3f} | {missed} of 20")


def _inside(times_s: Spans, spans: Spans) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(times_s), bool)
    for start_s, end_s in spans.tolist():
        inside |= (times_s >= start_s) & (times_s < end_s)
    return inside


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path, nargs="*", metavar="CLIP")
    parser.add_argument("--top", type=int, default=3)
    arguments = parser.parse_args()
    measure_clips(arguments.clips, arguments.top)
    measure_detector()


if __name__ == "__main__":
    main()
