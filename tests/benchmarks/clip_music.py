"""How well a clip's own sound is told to be music, or not.

    python -m tests.benchmarks.clip_music --music FOLDER... --other FOLDER...

Each sound file and clip of the folders is measured as the app does; printed: for each folder how
many count as music, for the sum of tags its lowest, middle and highest tenth, and over all the
area under the curve. Files under three seconds are joined, twelve seconds at a time, in their
order. The threshold in `engine.sound.clip_sound` was chosen on such folders: micro-clips with
music and game music against game voices and effects.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from engine.encoders.audio import MttTagger
from engine.encoders.voice import VoiceDetector
from engine.errors import MediaError
from engine.media.waveform import read_waveform
from engine.progress import silent
from engine.sound.clip_sound import MUSIC_FROM_TAGS
from engine.sound.measure import describe_sound

_RATE_HZ = 16_000
_LONG_S = 3.0
_LENGTH_S = 12.0


def sounds(folder: Path, at_most: int) -> Iterator[np.ndarray]:
    """Yield sounds of up to twelve seconds."""
    joined: list[np.ndarray] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file())[: 20 * at_most]:
        try:
            sound = read_waveform(path, _RATE_HZ, 1, 0.0, _LENGTH_S)[:, 0]
        except MediaError:
            continue
        if len(sound) >= _LONG_S * _RATE_HZ:
            yield sound
            continue
        joined.append(sound)
        if sum(map(len, joined)) >= _LENGTH_S * _RATE_HZ:
            yield np.concatenate(joined)
            joined = []


def measure(folder: Path, at_most: int) -> np.ndarray:
    """Return the sum of tags of each sound of a folder."""
    detector, tagger = VoiceDetector.load(), MttTagger.load()
    found = []
    with TemporaryDirectory() as scratch:
        for number, sound in enumerate(sounds(folder, at_most)):
            if number == at_most:
                break
            soundfile.write(Path(scratch) / "sound.wav", sound, _RATE_HZ)
            measured = describe_sound(Path(scratch) / "sound.wav", detector, tagger, silent())
            found.append(measured.n_tags)
    return np.array(found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--music", type=Path, nargs="+", required=True)
    parser.add_argument("--other", type=Path, nargs="+", required=True)
    parser.add_argument("--at-most", type=int, default=40, help="sounds of a folder")
    arguments = parser.parse_args()
    print("folder | sounds | count as music | sum of tags: lowest tenth, middle, highest tenth")
    groups: dict[str, list[np.ndarray]] = {"music": [], "other": []}
    for kind, folders in (("music", arguments.music), ("other", arguments.other)):
        for folder in folders:
            tags = measure(folder, arguments.at_most)
            if not len(tags):
                continue
            groups[kind].append(tags)
            low, middle, high = np.percentile(tags, [10, 50, 90])
            share = (tags >= MUSIC_FROM_TAGS).mean()
            print(
                f"{folder.name} ({kind}) | {len(tags)} | {share:.2f} | "
                f"{low:.2f} {middle:.2f} {high:.2f}",
                flush=True,
            )
    music, other = (np.concatenate(groups[kind]) for kind in ("music", "other"))
    above = (music[:, None] > other).mean() + (music[:, None] == other).mean() / 2
    print(
        f"area under the curve {above:.3f}; music found {(music >= MUSIC_FROM_TAGS).mean():.2f}, "
        f"others taken for music {(other >= MUSIC_FROM_TAGS).mean():.2f}"
    )


if __name__ == "__main__":
    main()
