"""Only what a track's own stanza allows goes into the pack of game music."""

import csv
import hashlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from build_game_music_pack import collect, main
from game_music.games import SOURCES, Reading, Source
from game_music.licences import NotAllowedError, Stated, allowed, stated
from game_music.packages import PackageError, fetch
from tests.music_packs.samples import write_tone

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: game
Source: https://example.org/game

Files: *
Copyright: 2001-2005, The Team
License: Expat
 Permission is hereby granted.

Files: ./music/*
Copyright: 2004, Ada Lovelace <ada@example.org>
           © 2005-2006 Grace Hopper
License: GPL-3 or CC-BY-3.0
Comment: from http://example.org/dawn, "Dawn"

Files: ./music/battle.wav
Copyright: Ada Lovelace
License: CC-BY-SA-3.0

Files: ./music/nobody.wav
Copyright: unknown
License: CC0-1.0

License: GPL-3
 On Debian systems, see /usr/share/common-licenses/GPL-3.

License: CC-BY-3.0
 Attribution.

License: CC-BY-SA-3.0
 Attribution and share alike.

License: CC0-1.0
 No rights reserved.
"""


@pytest.mark.parametrize(
    ("expression", "licence"),
    [
        ("CC0", "CC0-1.0 https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC-BY-4.0", "CC-BY-4.0 https://creativecommons.org/licenses/by/4.0/"),
        ("GPL-2+ or CC-BY-3.0", "CC-BY-3.0 https://creativecommons.org/licenses/by/3.0/"),
        ("Expat", "MIT"),
        ("zlib and BSD-3-clause", "Zlib, BSD-3-Clause"),
    ],
)
def test_licences_that_ask_for_a_credit_at_most_are_allowed(expression: str, licence: str) -> None:
    assert allowed(expression) == licence


@pytest.mark.parametrize(
    "expression",
    [
        "GPL-2+", "CC-BY-SA-3.0", "CC-BY-NC-4.0", "CC-BY-ND-3.0", "CC-BY-NC-SA-2.5", "CC-BY-3.0+",
        "public-domain", "GPL-2 and CC0-1.0", "Expat with exception", "GFDL-1.3", "OFL-1.1", "",
        "CC-BY-3.0, and GPL-3+", "Free-Art-License-1.2",
    ],
)  # fmt: skip
def test_all_others_are_refused(expression: str) -> None:
    with pytest.raises(NotAllowedError):
        allowed(expression)


def test_the_paragraph_of_the_file_counts() -> None:
    assert stated(COPYRIGHT, "./music/dawn.wav", None) == Stated(
        "CC-BY-3.0 https://creativecommons.org/licenses/by/3.0/",
        "Ada Lovelace, Grace Hopper",
        "http://example.org/dawn",
    )


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("./music/battle.wav", "CC-BY-SA-3.0"),
        ("./music/nobody.wav", "no author"),
        ("./other.wav", "only the licence of the whole package is stated: Expat"),
    ],
)
def test_a_refusal_gives_its_reason(path: str, reason: str) -> None:
    with pytest.raises(NotAllowedError, match=reason):
        stated(COPYRIGHT, path, None)


def test_a_file_that_is_not_machine_readable_needs_a_valid_reading() -> None:
    text = "Copyright 2004 Ada.\nRedistribution\n  is permitted.\n"
    with pytest.raises(NotAllowedError, match="machine-readable"):
        stated(text, "a.wav", None)
    reading = Reading("BSD-2-Clause", "Ada", ("Ada", "Redistribution is permitted"))
    assert stated(text, "a.wav", reading) == Stated("BSD-2-Clause", "Ada")
    with pytest.raises(NotAllowedError, match="doesn't say “Grace”"):
        stated(text, "a.wav", replace(reading, phrases=("Grace",)))
    with pytest.raises(NotAllowedError, match="GPL"):
        stated(text, "a.wav", replace(reading, licence="GPL-2"))


def test_every_source_is_pinned() -> None:
    assert len({source.package for source in SOURCES}) == len(SOURCES)
    for source in SOURCES:
        assert len(source.sha256) == 64
        assert source.version


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A package like Debian's, in tmp_path/packages."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("needs dpkg-deb")
    root = tmp_path / "tree"
    for name, seconds in (("dawn", 30), ("jingle", 3), ("battle", 30)):
        write_tone(root / "usr" / "share" / "game" / "music" / f"{name}.wav", 300, seconds)
    write_tone(root / "usr" / "share" / "game" / "sfx" / "bang.wav", 300, 30)
    (root / "usr" / "share" / "doc" / "game").mkdir(parents=True)
    (root / "usr" / "share" / "doc" / "game" / "copyright").write_text(COPYRIGHT)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(
        "Package: game\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: A <a@example.org>\n"
        "Description: a game\n"
    )
    deb = tmp_path / "packages" / "game_1%3a2.0-1_all.deb"
    deb.parent.mkdir()
    subprocess.run(["dpkg-deb", "--build", root, deb], check=True, capture_output=True)
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    return Source(
        "game", "1:2.0-1", digest, "The Game", "usr/share/game/music/*.wav",
        "https://example.org/game", "usr/share/game/", "./",
    )  # fmt: skip


def test_a_package_becomes_a_folder_with_licences(source: Source, tmp_path: Path) -> None:
    folder, refused = collect([source], tmp_path)
    with (folder / "licences.csv").open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row == {
        "file": "game/dawn.wav",
        "title": "Dawn (The Game)",
        "artist": "Ada Lovelace, Grace Hopper",
        "album": "The Game",
        "licence": "CC-BY-3.0 https://creativecommons.org/licenses/by/3.0/",
        "url": "http://example.org/dawn",
    }
    assert {(piece.file, piece.reason) for piece in refused} == {
        ("battle.wav", "its licence is CC-BY-SA-3.0"),
        ("jingle.wav", "it is a jingle"),
    }
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert files == ["game/dawn.wav", "licences.csv", "licences/game.txt"]
    before = (folder / "game" / "dawn.wav").stat().st_mtime_ns
    assert collect([source], tmp_path)[1] == refused
    assert (folder / "game" / "dawn.wav").stat().st_mtime_ns == before


def test_another_file_than_the_pinned_one_is_refused(source: Source, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="isn't the pinned file"):
        fetch(replace(source, sha256="0" * 64), tmp_path / "packages")


def test_an_unavailable_package_is_named_and_left_out(
    source: Source,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", f"{_apt_that_fails(tmp_path)}:/usr/bin:/bin")
    gone = replace(source, package="gone")
    _, refused = collect([gone, source], tmp_path)
    assert refused[0].package == "gone"
    assert "gone 1:2.0-1 can't be downloaded (E: no such version)" in capsys.readouterr().err
    with pytest.raises(PackageError, match="no music for the pack"):
        collect([gone], tmp_path)


def _apt_that_fails(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "apt-get").write_text("#!/bin/sh\necho 'E: no such version' >&2\nexit 100\n")
    (folder / "apt-get").chmod(0o755)
    return folder


def test_without_debian_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main([]) == 2
    assert "run this on Debian" in capsys.readouterr().err
