"""A small world for commands: music, a library, music packs; copied afresh for each run."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from engine.encoders.matching import BUNDLED_PACK
from engine.encoders.pack_manifest import load_manifest, save_manifest
from engine.library.clips import SavedClip
from engine.library.database import Database
from engine.library.library import Library
from engine.library.picks import Pick
from engine.library.snapshots import Snapshots, connected
from engine.paths import bundled_models_dir
from engine.unfinished import PREFIXES
from tests.media.joined_clips import Recording, write_recording
from tests.music_packs.samples import write_pack
from tests.robustness import training
from tests.robustness.commands import Commands

_RATE_HZ = 8000
_N_TRACKS = 6
# The track that is removed: its file, and its number in the library.
_REMOVED, _REMOVED_ID = 1, 2
# What the base library holds beside its tracks; no command but a restore may lose any of it.
CLIPS = ("one", "two", "three")
# In the folder of exports; those of EXPORTED are replaced by an export.
OLD_FILE = "mine.txt"
# What the line on the matching pack in use starts with.
IN_USE = "pack in use: "
EXPORTED = ("music.wav", "timeline.fcpxml", "video.mp4")


@dataclass(frozen=True)
class World:
    """Where things are in a run.

    Attributes:
        root: all of it.
    """

    root: Path

    @property
    def home(self) -> Path:
        """SOUNDBED_HOME."""
        return self.root / "home"

    @property
    def library(self) -> Path:
        """The user's library."""
        return self.home / "data" / "library.sqlite"

    @property
    def known(self) -> Path:
        """A folder whose music is in the library."""
        return self.root / "music" / "known"

    @property
    def copies(self) -> Path:
        """A folder with copies of that music, which needs no analysis."""
        return self.root / "music" / "copies"

    @property
    def new(self) -> Path:
        """A folder of other music."""
        return self.root / "music" / "new"

    @property
    def pack(self) -> Path:
        """A music pack that isn't installed."""
        return self.root / "pack.zip"

    @property
    def newer_pack(self) -> Path:
        """The next version of the pack that is installed."""
        return self.root / "newer.zip"

    @property
    def clip(self) -> Path:
        """A video of two seconds."""
        return self.root / "clip.mp4"

    @property
    def clips(self) -> Path:
        """A folder of clips."""
        return self.root / "clips"

    @property
    def batch(self) -> Path:
        """Where the music of those clips goes."""
        return self.root / "batch"

    @property
    def out(self) -> Path:
        """The user's folder of exports, with files of the user's."""
        return self.root / "out"

    @property
    def other_pack(self) -> Path:
        """A matching pack that isn't in use."""
        return self.root / "other pack"

    @property
    def temporary(self) -> Path:
        """The system's folder for temporary files."""
        return self.root / "tmp"


def make_base(state: Path, commands: Commands) -> World:
    """Make the world once; return where each run has it."""
    base, run = World(state / "base"), World(state / "run")
    if base.root.exists():
        return run
    shutil.rmtree(run.root, ignore_errors=True)
    for folder in (run.known, run.copies, run.new, run.clips, run.out, run.temporary):
        folder.mkdir(parents=True)
    for number in range(_N_TRACKS):
        melody(run.known / f"{number}.wav", number)
        if number != _REMOVED:
            shutil.copy(run.known / f"{number}.wav", run.copies / f"copy {number}.wav")
    melody(run.new / "new.wav", 100)
    for name in (OLD_FILE, *EXPORTED):
        (run.out / name).write_text("mine")
    write_recording(run.clip, Recording(size=(160, 90), codec="mpeg4", sound=""))
    for number, path in enumerate((run.clips / "a.mp4", run.root / "b.mp4"), 1):
        write_recording(path, Recording(first=50 * number, size=(160, 90), codec="mpeg4"))
    _make_packs(run)
    _copy_matching_pack(run.other_pack)
    if not training.SKIPPED:
        training.make_edits(run.root, run.home)
    first: tuple[Sequence[object], ...] = (
        ["library", "add", run.known],
        ["library", "install", run.root / "installed.zip"],
        ["library", "remove", _REMOVED_ID],
        # Its clip is analysed once.
        _export(run),
        _batch(run),
        *([] if training.SKIPPED else [training.arguments(run.root)]),
    )
    for arguments in first:
        ended = commands.run(arguments, run.home)
        if ended.code:
            raise RuntimeError(f"{arguments}: {ended.err}")
    library = Library(Database(run.library), "own")
    for name in CLIPS:
        library.clips.save(SavedClip(name, Path(f"/clips/{name}.mp4"), json.dumps(name)))
        library.picks.add(Pick(name, name, name, (), "2026-01-01T00:00:00+00:00"))
    shutil.rmtree(run.batch)
    for name in EXPORTED:
        (run.out / name).write_text("mine")
    # A snapshot of another state, made long ago: today's daily one is taken by commands.
    shutil.rmtree(Snapshots(run.library).folder, ignore_errors=True)
    taken = Snapshots(run.library).take("daily")
    taken.path.rename(taken.path.with_name("2026-01-01T000000Z-daily.sqlite"))
    library.clips.save(SavedClip("later", Path("/clips/later.mp4"), "{}"))
    if not training.SKIPPED:
        training.put_by(run.root)
    run.root.rename(base.root)
    return run


def fresh(state: Path) -> None:
    """Copy the world for the next run."""
    shutil.rmtree(state / "run", ignore_errors=True)
    shutil.copytree(state / "base", state / "run", symlinks=True)


def melody(path: Path, seed: int, seconds: float = 11.0) -> Path:
    """Write a sound file of random tones."""
    random = np.random.default_rng(seed)
    parts = [
        12_000 * np.sin(2 * np.pi * random.uniform(110, 880) * np.arange(_RATE_HZ // 2) / _RATE_HZ)
        for _ in range(round(2 * seconds))
    ]
    soundfile.write(path, np.concatenate(parts).astype("<i2"), _RATE_HZ)
    return path


def _make_packs(run: World) -> None:
    def renamed(manifest: dict[str, object]) -> None:
        manifest["id"] = "other-pack"

    write_pack(run.root / "installed.zip")
    write_pack(run.newer_pack, version=2, first_tone_hz=300)
    write_pack(run.pack, change=renamed, first_tone_hz=500)


def _copy_matching_pack(folder: Path) -> None:
    """Write the bundled matching pack under another name, which makes it another one."""
    shutil.copytree(bundled_models_dir() / BUNDLED_PACK, folder)
    manifest = load_manifest(folder)
    # It has seen nothing that the edits here could be.
    save_manifest(folder, replace(manifest, id="other", embedding_space="other"))


# What is compared


def contents(world: World) -> list[str]:
    """Return all that a user would miss: rows of the library, trained packs, files of a batch."""
    # Which music it is depends on whether the library could be read.
    made = [
        f"batch: {path.relative_to(world.batch)}" + (" is empty" if not path.stat().st_size else "")
        for path in sorted(world.batch.rglob("*"))
        if path.is_file()
    ]
    return [*rows(world.library), *training.packs(world.root), *made, pack_in_use(world)]


def pack_in_use(world: World) -> str:
    """Return a line on the matching pack in use and those before it, as the settings name them."""
    path = world.home / "config" / "settings.json"
    values = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return f"{IN_USE}{values.get('active_pack', '')} {values.get('earlier_packs', [])}"


def rows(library: Path) -> list[str]:
    """Return all that a user knows of a library, as sorted lines without numbers and times."""
    queries = {
        "folder": "SELECT path_text FROM folders",
        "track": "SELECT t.path_text, t.state, t.title, t.content_hash, t.duration_s, "
        "f.path_text, t.features IS NOT NULL, t.profile IS NOT NULL, "
        "(SELECT count(*) FROM embeddings WHERE track_id = t.id) "
        "FROM tracks t LEFT JOIN folders f ON f.id = t.folder_id",
        "excluded": "SELECT f.path_text, e.path FROM excluded e JOIN folders f "
        "ON f.id = e.folder_id",
        "pick": "SELECT clip_hash, track_hash, track_title FROM picks",
        "clip": "SELECT clip_hash, plan FROM clips",
    }
    with closing(sqlite3.connect(library)) as connection:
        # An older library has none.
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'track_edits'").fetchone():
            queries["edit"] = "SELECT content_hash, title, artist, genre, moods FROM track_edits"
        return sorted(
            f"{kind}: {row}" for kind, query in queries.items() for row in connection.execute(query)
        )


def faults_of(library: Path) -> list[str]:
    """Return what is wrong with the file of a library."""
    with closing(sqlite3.connect(library)) as connection:
        answers = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        lost = connection.execute(
            "SELECT count(*) FROM tracks WHERE state = 'ready' AND folder_id IS NULL"
        ).fetchone()[0]
    found = [answer for answer in answers if answer != "ok"]
    found += [f"broken reference: {row}" for row in broken]
    return found + ([f"{lost} tracks of no folder"] if lost else [])


def litter(world: World) -> list[str]:
    """Return what no program that has ended may leave."""
    found = [str(path) for path in world.temporary.iterdir()]
    for path in world.root.rglob("*"):
        is_ours = path.name.startswith(PREFIXES) or path.name.endswith(("-journal", ".lock"))
        if is_ours or path.suffix == ".jsonl":
            found.append(str(path))
    known = {line.split("'")[1] for line in rows(world.library) if line.startswith("folder")}
    with closing(sqlite3.connect(world.library)) as connection:
        # A removal can be undone for a day.
        known |= {row[0] for row in connection.execute("SELECT path_text FROM removed_folders")}
    # So can a restore, by the snapshot that it takes.
    for snapshot in Snapshots(world.library).all():
        if snapshot.kind == "restore":
            with connected(snapshot.path, "mode=ro&immutable=1") as connection:
                known |= {row[0] for row in connection.execute("SELECT path_text FROM folders")}
    packs = world.home / "data" / "music-packs"
    if packs.exists():
        found += [str(path) for path in packs.iterdir() if str(path) not in known]
    return found


# What is done


@dataclass(frozen=True)
class Scenario:
    """A command and the world that it runs in.

    Attributes:
        name: of it.
        arguments: of the command, given the world.
        prepare: changes the world before.
        is_whole: whether there is no state between the one before and the one after.
        changes: parts of the rows that may be gone or changed in the middle of it.
        weight: how often it is chosen.
        failures: its exit codes where something fails.
    """

    name: str
    arguments: Callable[[World], Sequence[object]]
    prepare: Callable[[World], object] = lambda _: None
    is_whole: bool = False
    changes: tuple[str, ...] = ()
    weight: float = 1.0
    failures: tuple[int, ...] = (2,)


def _moved(world: World) -> None:
    (world.known / "0.wav").rename(world.known / "renamed.wav")
    shutil.copy(world.known / "3.wav", world.known / "another 3.wav")
    (world.known / "4.wav").unlink()
    os.utime(world.known / "5.wav", (1, 1))


def _older(world: World) -> None:
    """Put the rows into a library of an older schema."""
    old = world.library.with_name("old.sqlite")
    Database(old, schema=2)
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ATTACH ? AS newer", (str(world.library),))
        for table in ("folders", "tracks", "excluded", "embeddings", "picks", "clips"):
            names = ", ".join(
                row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")
            )
            connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM newer.{table}")
        connection.commit()
    for ending in ("-wal", "-shm"):
        world.library.with_name(world.library.name + ending).unlink(missing_ok=True)
    old.replace(world.library)
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            old.with_name(old.name + ending).unlink()


def _export(world: World) -> Sequence[object]:
    music, timeline, video = (world.out / name for name in EXPORTED)
    return ["export", world.clip, "--track", world.known / "1.wav", "--force", "--wav", music,
            "--fcpxml", timeline, "--video", video]  # fmt: skip


def _batch(world: World) -> Sequence[object]:
    return ["batch", world.clips, "--out", world.batch, "--formats", "wav,credits"]


def _chosen(world: World) -> None:
    """Put the other pack into use, before one that is gone and the bundled one."""
    path = world.home / "config" / "settings.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    values = json.loads(path.read_text("utf-8")) if path.exists() else {}
    values |= {"active_pack": str(world.other_pack), "earlier_packs": [str(world.root / "x"), ""]}
    path.write_text(json.dumps(values))


def _compare(world: World) -> Sequence[object]:
    return ["pack", "compare", "soundbed-2", world.other_pack, "--edits", world.clips, "--json"]


def _add_clip(world: World) -> None:
    (world.root / "b.mp4").rename(world.clips / "b.mp4")


COMPARE = Scenario("compare packs", _compare, _add_clip, is_whole=True, weight=0.3)
TRAIN = Scenario("train", lambda w: training.arguments(w.root), lambda w: training.prepare(w.root),
                 is_whole=True, weight=0.3)  # fmt: skip
TUNE = Scenario("train --from", lambda w: training.tuning_arguments(w.root),
                lambda w: training.prepare(w.root), is_whole=True, weight=0.3)  # fmt: skip
SCENARIOS = (
    Scenario("add", lambda w: ["library", "add", w.copies], weight=2),
    Scenario("add new", lambda w: ["library", "add", w.new], weight=0.3),
    Scenario("rescan", lambda w: ["library", "rescan"], _moved, changes=("track: ",), weight=2),
    Scenario("remove folder", lambda w: ["library", "remove", w.known], is_whole=True),
    Scenario("remove track", lambda w: ["library", "remove", "3"], is_whole=True),
    Scenario("install", lambda w: ["library", "install", w.pack], weight=0.7),
    Scenario("update pack", lambda w: ["library", "install", w.newer_pack],
             changes=("music-packs",), weight=0.7),
    Scenario("remove pack", lambda w: ["library", "remove", "night-drive"], is_whole=True),
    Scenario("config", lambda w: ["config", "theme", "dark"], is_whole=True),
    Scenario("edits", lambda w: ["edits", "0", "10"], weight=3),
    Scenario("tag repair", lambda w: ["retag"], is_whole=True),
    Scenario("tag edit", lambda w: ["edit tags"], is_whole=True),
    Scenario("migration", lambda w: ["library", "list", "--json"], _older, is_whole=True, weight=2),
    Scenario("restore", lambda w: ["library", "restore", "2026-01-01T000000Z-daily", "--yes"],
             is_whole=True, weight=3),
    Scenario("use pack", lambda w: ["pack", "use", w.other_pack], changes=("track: ", IN_USE),
             weight=0.5),
    Scenario("roll back", lambda w: ["pack", "rollback"], _chosen, changes=("track: ", IN_USE),
             weight=0.5),
    COMPARE,
    Scenario("export", _export, is_whole=True, weight=0.3),
    Scenario("batch", _batch, _add_clip,
             weight=0.3, failures=(1, 2)),
    *(() if training.SKIPPED else (TRAIN, TUNE)),
)  # fmt: skip
