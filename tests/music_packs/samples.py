"""Music packs for tests: valid ones, and ones with a single fault."""

import hashlib
import json
import math
import wave
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.profile import Profile
from engine.media.tags import Tags
from engine.music.features import MusicFeatures
from engine.music.vector import VECTOR_LENGTH, VERSION
from engine.music_packs.archive import PackWriter
from engine.music_packs.manifest import EMBEDDINGS_NAME, Member, MusicPack, PackTrack

SECONDS = 3
PROFILE = Profile("jazz", (0.75, 0.25), {"happy": 1.5}, 90.0, "C major", 0.0, -14.0)


def write_tone(path: Path, tone_hz: float, seconds: float = SECONDS) -> Path:
    """Write a sound file."""
    rate_hz = 8000
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    samples = (12_000 * np.sin(2 * math.pi * tone_hz * time_s)).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(samples.tobytes())
    return path


def features(**changes: Any) -> MusicFeatures:
    """Made-up features of a track of `SECONDS`."""
    values: dict[str, Any] = {
        "version": VERSION, "vector": np.linspace(-1, 1, VECTOR_LENGTH).astype(np.float32),
        "duration_s": float(SECONDS), "msd_tags": np.zeros(50, np.float32),
        "mtt_tags": np.zeros(50, np.float32), "bpm": 90.0, "bpm_confidence": 0.5,
        "beats_s": np.arange(SECONDS, dtype=np.float32), "downbeats_s": np.zeros(1, np.float32),
        "beats_per_bar": 4, "key": "C", "mode": "major", "key_confidence": 0.5,
        "loudness_lufs": -14.0, "loudness_range_lu": 5.0, "true_peak_dbtp": -1.0,
        "brightness": 900.0, "onset_density_hz": 2.0,
        "energy_curve": np.ones(SECONDS, np.float32), "peaks": np.zeros((10, 2), np.int8),
        "vocals": 0.1,
    }  # fmt: skip
    return MusicFeatures(**(values | changes))


def write_pack(
    path: Path,
    names: tuple[str, ...] = ("a.wav", "sub/b.wav"),
    *,
    change: Callable[[dict[str, Any]], None] | None = None,
    version: int = 1,
    feature_bytes: bytes | None = None,
    first_tone_hz: float = 220.0,
) -> Path:
    """Write a pack of tones.

    Args:
        path: the pack.
        names: of its tracks.
        change: edits the manifest before it is written.
        version: of the pack.
        feature_bytes: the analysis of all tracks, in place of a valid one.
        first_tone_hz: pitch of the first track; the others are multiples of it.
    """
    with path.open("wb") as stream, PackWriter(stream) as writer:
        tracks = []
        for number, name in enumerate(names):
            tone = write_tone(path.with_name("tone.wav"), first_tone_hz * (number + 1))
            writer.add_file(f"tracks/{name}", tone, lambda: None)
            analysis = f"analysis/{number:05}.npz"
            writer.add_bytes(analysis, feature_bytes or features().to_bytes())
            tracks.append(
                PackTrack(
                    f"tracks/{name}", analysis,
                    Tags(f"Piece {number}", "Ada", None, "CC-BY-4.0", "https://example.org"),
                    float(SECONDS), PROFILE,
                )
            )  # fmt: skip
        writer.add_bytes("licences/ada.txt", b"Name Ada.\n")
        pack = MusicPack(
            "night-drive", version, "Night drive", VERSION, "profile 1", writer.members,
            tuple(tracks),
        )  # fmt: skip
        writer.finish(pack)
    path.with_name("tone.wav").unlink()
    if change is not None:
        edit_manifest(path, change)
    return path


def edit_manifest(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Write the pack again with another manifest."""

    def edit(entries: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        info, data = entries.pop()
        values = json.loads(data)
        change(values)
        entries.append((info, json.dumps(values).encode()))

    rewrite(path, edit)


def add_embeddings(path: Path, space: str) -> None:
    """Make a pack of tones one of an earlier version: with an embedding of each track."""
    vectors = np.eye(2, 4, dtype="<f4").tobytes()

    def edit(entries: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        info, data = entries.pop()
        values = json.loads(data)
        values |= {"embedding_space": space, "embedding_length": 4}
        member = Member(len(vectors), hashlib.sha256(vectors).hexdigest())
        values["members"][EMBEDDINGS_NAME] = asdict(member)
        entries.append((zipfile.ZipInfo(EMBEDDINGS_NAME), vectors))
        entries.append((info, json.dumps(values).encode()))

    rewrite(path, edit)


def rewrite(path: Path, edit: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]) -> None:
    """Write the pack again with other entries; the last one is the manifest."""
    with zipfile.ZipFile(path) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    edit(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in entries:
            fresh = zipfile.ZipInfo(info.filename, info.date_time)
            fresh.external_attr, fresh.compress_type = info.external_attr, info.compress_type
            fresh.create_system = 3
            archive.writestr(fresh, data)
