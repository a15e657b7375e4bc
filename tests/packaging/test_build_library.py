"""Building the library: it resumes where it was stopped, and says what failed."""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

import build_library
from composer import build_record, tools
from composer.form import Brief, Ending, Layer, SectionPlan, compose
from composer.master import Master
from composer.midi import midi_bytes
from composer.publishing import BuildError, Folders, publish
from composer.score import About, Note, Section, Tempo, Voice
from composer.theory import Key
from engine.errors import ExportError

PACKAGING = Path(build_library.__file__).parent
DiskUsage = namedtuple("DiskUsage", "total used free")
needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None
    or shutil.which("ffmpeg") is None
    or not tools.soundfont("fluid").is_file(),
    reason="needs fluidsynth, ffmpeg and fluid-soundfont-gm",
)


def chords(section: Section, rng: Random) -> list[Note]:
    """One chord a bar."""
    starts = range(0, round(section.duration_beats), section.beats_per_bar)
    return [
        Note(section.start_beats + start, 3.5, pitch, 90)
        for start in starts
        for pitch in (48, 60, 64, 67)
    ]


def brief(slug: str, seed: int = 1) -> Brief:
    """A piece of a few seconds."""
    return Brief(
        About(slug, f"Trial {slug}", "Two bars on a piano", ("calm",), arousal=0.3),
        seed=seed,
        tempo=Tempo(160),
        key=Key.of("C", "major"),
        sections=(SectionPlan("verse", 4, "I | V", 0.5, "piano"),),
        layers=(Layer("piano", Voice("fluid"), chords),),
        ending=Ending("I"),
    )


BRIEFS = (brief("jazz-01"), brief("jazz-02", 2), brief("folk-01", 3))
SLUGS = [piece.slug for piece in BRIEFS]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setattr(build_library, "BRIEFS", BRIEFS)
    return Folders(tmp_path / "build", tmp_path / "library", tmp_path / "midi")


def finish(piece: Brief, folders: Folders, audio: bytes = b"OggS") -> None:
    """Put a finished track into the build folder."""
    folders.build.mkdir(parents=True, exist_ok=True)
    folders.built(piece.slug).write_bytes(audio)
    build_record.write_record(
        Master(compose(piece), folders.built(piece.slug), 8.0, -14.0, -1.5),
        folders.record_path(piece.slug),
    )


@pytest.fixture
def soundfonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A soundfont of a known size, whether or not one is installed."""
    font = tmp_path / "font.sf2"
    font.write_bytes(b"RIFF")
    monkeypatch.setattr(build_record, "soundfont", lambda engine: font)


@pytest.mark.usefixtures("soundfonts")
def test_a_track_is_built_again_when_notes_sound_tags_or_file_changed(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = BRIEFS[0]
    about = replace(piece.about, description="x")
    assert build_library.reason_to_build(piece, folders) == "isn't built yet"
    finish(piece, folders)
    assert build_library.reason_to_build(piece, folders) == ""
    assert build_library.reason_to_build(piece, folders, is_forced=True) == "is forced"
    assert (
        build_library.reason_to_build(replace(piece, tempo=Tempo(150)), folders) == "has new notes"
    )
    assert (
        build_library.reason_to_build(replace(piece, about=about), folders)
        == "has new tags or sound code"
    )
    with monkeypatch.context() as patch:
        patch.setattr(build_record, "module_sha256", lambda module: "another")
        assert build_library.reason_to_build(piece, folders) == "has new tags or sound code"
    folders.built(piece.slug).write_bytes(b"cut")
    assert build_library.reason_to_build(piece, folders) == "isn't built yet"
    finish(piece, folders)
    state = folders.build / f"{piece.slug}.json"
    state.write_text(state.read_text()[:40])
    assert build_library.reason_to_build(piece, folders) == "isn't built yet"


@pytest.mark.usefixtures("soundfonts")
def test_what_is_finished_is_published_without_rendering(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(*arguments: object) -> list[str]:
        raise AssertionError("nothing was to be rendered")

    monkeypatch.setattr(build_library, "_build_all", render)
    for number, piece in enumerate(BRIEFS):
        finish(piece, folders, b"OggS%d" % number)
    stranger = folders.track("jazz-99")
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"old")
    reasons = {piece.slug: build_library.reason_to_build(piece, folders) for piece in BRIEFS}
    assert build_library.build(BRIEFS, reasons, folders, 1) == []
    entries = json.loads(folders.catalogue.read_text())["tracks"]
    assert [entry["file"] for entry in entries] == ["jazz-01.opus", "jazz-02.opus", "folk-01.opus"]
    assert folders.track("jazz-02").read_bytes() == b"OggS1"
    assert folders.midi is not None
    assert (folders.midi / "folk-01.mid").read_bytes() == midi_bytes(compose(BRIEFS[2]))
    assert not stranger.exists()
    before = folders.catalogue.stat().st_mtime_ns
    build_library.build(BRIEFS, reasons, folders, 1)
    assert folders.catalogue.stat().st_mtime_ns == before
    with pytest.raises(BuildError, match="jazz-01: its notes changed during the build"):
        publish(compose(replace(BRIEFS[0], tempo=Tempo(150))), folders, SLUGS)


@pytest.mark.usefixtures("soundfonts")
def test_tracks_can_be_accepted_as_they_are_unless_their_notes_changed(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for piece in BRIEFS:
        finish(piece, folders)
        publish(compose(piece), folders, SLUGS)
    monkeypatch.setattr(build_record, "module_sha256", lambda module: "another")
    changed = (BRIEFS[0], BRIEFS[1], replace(BRIEFS[2], seed=7, tempo=Tempo(150)))
    assert build_library.accept_sound(changed, folders) == 2
    assert [build_library.reason_to_build(piece, folders) for piece in changed] == [
        "",
        "",
        "has new notes",
    ]


def test_tracks_are_chosen_by_name_and_genre() -> None:
    def slugs(names: list[str], genres: list[str]) -> list[str]:
        return [piece.slug for piece in build_library.choose(BRIEFS, names, genres)]

    assert slugs([], []) == ["jazz-01", "jazz-02", "folk-01"]
    assert slugs(["jazz-02"], ["folk"]) == ["jazz-02", "folk-01"]
    with pytest.raises(BuildError, match="jazz-07, polka"):
        slugs(["jazz-07"], ["polka"])


def test_a_name_given_after_another_adds_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["build_library.py", "--only", "a-01", "--only", "b-02"])
    assert build_library._parse().only == ["a-01", "b-02"]


def test_the_hash_of_the_sound_knows_code_from_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_record, "_PACKAGING", tmp_path)
    source = tmp_path / "composer" / "mix.py"
    source.parent.mkdir()

    def hashed(text: str) -> str:
        source.write_text(text)
        build_record.module_sha256.cache_clear()
        return build_record.module_sha256("composer.mix")

    first = hashed('"""One."""\nGAIN = 2  # much\n')
    assert hashed('"""Two."""\n\n\nGAIN = 2\n') == first
    assert hashed("GAIN = 3\n") != first
    build_record.module_sha256.cache_clear()


def test_sound_is_what_rendering_mixing_and_mastering_import() -> None:
    modules = build_record.sound_modules()
    assert {"composer.render", "composer.mix", "composer.master", "composer.synth"} <= set(modules)
    assert {"composer.hits", "composer.fonts", "engine.media.limiter"} <= set(modules)
    assert not {"composer.form", "composer.melody", "composer.score"} & set(modules)
    without = build_record.sound_modules(frozenset({"composer.hits"}))
    assert "composer.hits" not in without
    assert set(without) < set(modules)


def test_a_missing_soundfont_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fonts = {"fluid": (Path("/nowhere/Fluid.sf2"), "fluid-soundfont-gm")}
    monkeypatch.setattr(tools, "_FONTS", fonts)
    monkeypatch.setattr(sys, "argv", ["build_library.py", "--only", "jazz-01"])
    assert build_library.main() == 2
    output = capsys.readouterr().err
    assert "Fluid.sf2" in output
    assert "apt install" in output
    assert "fluid-soundfont-gm" in output


def test_a_disk_without_room_is_named_before_anything_is_rendered(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: DiskUsage(10, 10, 5_000_000))
    with pytest.raises(BuildError, match=r"build has 5 MB free and the build needs \d+: free"):
        build_library.build(BRIEFS, {piece.slug: "new" for piece in BRIEFS}, folders, 2)


def test_a_disk_that_fills_up_stops_the_build_and_no_other_failure_does(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ExportError("the file can't be written.", path=folders.build)

    folders.build.mkdir()
    monkeypatch.setattr(build_library, "render", fail)
    failure, _ = build_library.build_track("jazz-01", folders.build)
    assert "can't be written" in failure
    monkeypatch.setattr(shutil, "disk_usage", lambda path: DiskUsage(10, 10, 0))
    with pytest.raises(OSError, match="build") as caught:
        build_library.build_track("jazz-01", folders.build)
    assert caught.value.errno == errno.ENOSPC


def test_two_builds_dont_write_one_folder(folders: Folders) -> None:
    with (
        build_library._locked(folders.build),
        pytest.raises(BuildError, match="another build is running"),
        build_library._locked(folders.build),
    ):
        pass


DRIVER = """
import sys
from pathlib import Path
import build_library
from composer.publishing import Folders
from tests.packaging import test_build_library
build_library.BRIEFS = test_build_library.BRIEFS
if __name__ == "__main__":
    folder = Path({folder!r})
    folders = Folders(folder / "build", folder / "library", folder / "midi")
    with build_library._locked(folders.build):
        reasons = {{
            brief.slug: build_library.reason_to_build(brief, folders)
            for brief in build_library.BRIEFS
        }}
        print(sum(map(bool, reasons.values())), "to be built", flush=True)
        sys.exit(len(build_library.build(build_library.BRIEFS, reasons, folders, 1)))
"""


@needs_fluidsynth
def test_a_build_that_was_killed_resumes_and_gives_the_same_files(folders: Folders) -> None:
    script = folders.build.parent / "driver.py"
    script.write_text(DRIVER.format(folder=str(folders.build.parent)))
    environment = {**os.environ, "PYTHONPATH": f"{PACKAGING}{os.pathsep}{PACKAGING.parent}"}

    def start() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
        )

    killed = start()
    state = folders.build / "jazz-01.json"
    patience_s = time.monotonic() + 60
    while not state.is_file() and time.monotonic() < patience_s:
        time.sleep(0.02)
    killed.kill()
    killed.communicate()
    known = state.read_bytes()

    again = start()
    output, _ = again.communicate(timeout=90)
    assert again.returncode == 0
    assert int(output.split()[0]) < len(BRIEFS)
    assert state.read_bytes() == known
    assert len(json.loads(folders.catalogue.read_text())["tracks"]) == len(BRIEFS)
    # The same notes and the same code give the same bytes.
    whole = folders.build.parent / "whole"
    assert build_library.build_track("folk-01", whole)[0] == ""
    assert (whole / "folk-01.opus").read_bytes() == folders.track("folk-01").read_bytes()
