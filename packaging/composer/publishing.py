"""Where a build writes, and how finished tracks get from there into the library."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.build_record import BuildRecord, file_sha256, read_record
from composer.catalogue import describe, fingerprint, read_catalogue, write_catalogue
from composer.midi import midi_bytes
from composer.score import Score
from engine.files import replacing, write_bytes

_ROOT = Path(__file__).resolve().parents[2]


class BuildError(Exception):
    """A build that can't start or continue; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders that a build writes to.

    Attributes:
        build: finished tracks with their records, not in git.
        library: gets tracks/ and scores.json.
        midi: gets the notes; None where only the library is wanted.
    """

    build: Path = _ROOT / "build" / "library"
    library: Path = _ROOT / "assets" / "library"
    midi: Path | None = _ROOT / "packaging" / "scores"

    def built(self, slug: str) -> Path:
        """The finished track."""
        return self.build / f"{slug}.opus"

    def record_path(self, slug: str) -> Path:
        """The record beside the finished track."""
        return self.build / f"{slug}.json"

    def track(self, slug: str) -> Path:
        """The copy of the track in the library."""
        return self.library / "tracks" / f"{slug}.opus"

    @property
    def catalogue(self) -> Path:
        """The library's scores.json."""
        return self.library / "scores.json"

    def record(self, slug: str) -> BuildRecord | None:
        """What the track was built from; None when it isn't there or incomplete."""
        record = read_record(self.record_path(slug))
        is_complete = record is not None and file_sha256(self.built(slug)) == record.audio_sha256
        return record if is_complete else None


def publish(score: Score, folders: Folders, order: Sequence[str]) -> dict[str, object]:
    """Copy a finished track into the library: audio, notes and entry.

    Args:
        score: of the track.
        folders: where it was built and where it goes.
        order: the slugs of all tracks, in the order of scores.json.

    Returns:
        Its entry in scores.json.

    Raises:
        BuildError: when the track isn't built, or was built from other notes.
        SoundbedError: when the disk is full; the library is unchanged.
    """
    record = folders.record(score.slug)
    if record is None:
        raise BuildError(f"{score.slug} isn't built in {folders.build}")
    if record.score_sha256 != fingerprint(score):
        raise BuildError(f"{score.slug}: its notes changed during the build; build it again")
    if file_sha256(folders.track(score.slug)) != record.audio_sha256:
        copy_file(folders.built(score.slug), folders.track(score.slug))
    if folders.midi is not None:
        notes, path = midi_bytes(score), folders.midi / f"{score.slug}.mid"
        if not path.is_file() or path.read_bytes() != notes:
            write_bytes(path, notes)
    entry = describe(record.master(score, folders.track(score.slug)))
    known = {str(e["file"]): e for e in read_catalogue(folders.catalogue)}
    if known.get(f"{score.slug}.opus") != entry:
        known[f"{score.slug}.opus"] = entry
        _write_entries(known, folders, order)
    return entry


def remove_unknown(folders: Folders, order: Sequence[str]) -> None:
    """Remove tracks from the library that the composer doesn't have, and print their names."""
    known = {str(entry["file"]): entry for entry in read_catalogue(folders.catalogue)}
    if {Path(name).stem for name in known} - set(order):
        _write_entries(known, folders, order)
    found = [*(folders.library / "tracks").glob("*.opus")]
    found += folders.midi.glob("*.mid") if folders.midi else []
    for path in found:
        if path.stem not in order:
            print(f"{path.name} is removed: the composer has no such track")
            path.unlink()


def copy_file(source: Path, target: Path) -> None:
    """Copy a file so that the target is complete or unchanged."""
    with replacing(target) as beside:
        shutil.copyfile(source, beside)


def _write_entries(
    known: dict[str, dict[str, object]], folders: Folders, order: Sequence[str]
) -> None:
    names = [f"{slug}.opus" for slug in order]
    write_catalogue([known[name] for name in names if name in known], folders.catalogue)
