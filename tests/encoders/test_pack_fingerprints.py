"""The list of clips that a pack has seen."""

import base64
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders import pack_fingerprints
from engine.encoders.clip_sketches import ClipSketches
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import (
    FINGERPRINTS,
    SeenClips,
    clip_fingerprint,
    together,
)
from engine.encoders.pack_manifest import load_manifest, save_manifest, sha256_of
from engine.errors import PackError
from tests.tiny_matching import TinyPack

ONE, TWO, THREE = (f"{number:016x}" for number in (1, 2, 0xFFFF))


CLIPS = ClipSketches.of(np.random.default_rng(0).normal(size=(6, 300)).astype("f4"), "video-9")
SKETCHES = frozenset(CLIPS.packed())
LINES = [base64.b64encode(one).decode() for one in sorted(SKETCHES)]


def pack_with(folder: Path, data: bytes) -> Path:
    """Write a tiny pack with a list."""
    return TinyPack(files={FINGERPRINTS: data}).write(folder)


def test_a_list_survives_its_file(tmp_path: Path) -> None:
    seen = SeenClips(frozenset({TWO, ONE}))
    assert seen.to_bytes() == f"soundbed-fingerprints-2\n{ONE}\n{TWO}\n".encode()
    # Packs of earlier versions have no sketches.
    assert SeenClips.parse(f"soundbed-fingerprints-1\n{ONE}\n{TWO}\n".encode()) == seen
    seen = replace(seen, sketches=SKETCHES)
    assert SeenClips.of_pack(pack_with(tmp_path / "pack", seen.to_bytes())) == seen
    by_sketches = SeenClips(sketches=SKETCHES)
    assert SeenClips.parse(by_sketches.to_bytes()) == by_sketches
    assert (seen.n_clips, by_sketches.n_clips) == (2, 6)
    in_part = replace(seen, is_complete=False)
    assert SeenClips.parse(in_part.to_bytes()) == in_part
    assert SeenClips.parse(SeenClips().to_bytes()) == SeenClips()


def test_a_pack_without_a_list_does_not_say(tmp_path: Path) -> None:
    assert SeenClips.of_pack(TinyPack().write(tmp_path / "pack")) is None


def test_a_clip_is_seen_by_its_file_or_its_sketch() -> None:
    seen = SeenClips(frozenset({ONE}), frozenset(sorted(SKETCHES)[:2]))
    assert seen.has(ONE)
    assert not seen.has(TWO)
    assert seen.know(CLIPS).sum() == 2
    assert not SeenClips(frozenset({ONE})).know(CLIPS).any()


def test_a_list_is_cut_where_it_could_not_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = SeenClips(frozenset({ONE, TWO}), SKETCHES)
    monkeypatch.setattr(pack_fingerprints, "_MAX_BYTES", 300)
    cut = SeenClips.parse(seen.to_bytes())
    assert cut.fingerprints == seen.fingerprints
    assert 0 < len(cut.sketches) < 6
    assert not cut.is_complete


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "of this version"),
        ("\n", "of this version"),
        ("soundbed-fingerprints-3\n", "of this version"),
        ("soundbed-fingerprints-1", "its end is missing"),
        (f"soundbed-fingerprints-1\n{ONE}", "its end is missing"),
        (f"soundbed-fingerprints-1\n{TWO}\n{ONE}\n", "fingerprint 2 isn't in order"),
        (f"soundbed-fingerprints-1\n{ONE}\n{ONE}\n", "fingerprint 2 isn't in order"),
        (f"soundbed-fingerprints-1\n{ONE}\n\n", "fingerprint 2 isn't 16 digits"),
        (f"soundbed-fingerprints-1\n{ONE}\nin part\n", "fingerprint 2 isn't 16 digits"),
        (f"soundbed-fingerprints-1\n{ONE.upper()[:-1]}F\n", "fingerprint 1 isn't 16 digits"),
        (f"soundbed-fingerprints-1\n{ONE}0\n", "fingerprint 1 isn't 16 digits"),
        (f"soundbed-fingerprints-1\r\n{ONE}\r\n", "of this version"),
        ("soundbed-fingerprints-1\n/home/me/clip.mp4\n", "fingerprint 1 isn't 16 digits"),
        ("soundbed-fingerprints-1\n" + "é" * 16 + "\n", "ascii"),
        ("[" * 10_000, "of this version"),
        (f"soundbed-fingerprints-2\n{LINES[1]}\n{LINES[0]}\n", "isn't in order"),
        (f"soundbed-fingerprints-2\n{LINES[1]}\n{ONE}\n", "isn't"),
        (f"soundbed-fingerprints-2\n{LINES[0][:-1]}é\n", "ascii"),
        (f"soundbed-fingerprints-2\n{LINES[0][:-1]}!\n", "fingerprint 1 isn't one"),
        (f"soundbed-fingerprints-2\n{LINES[0][:-1]}=\n", "isn't 96 characters"),
        (f"soundbed-fingerprints-2\n{LINES[0]}0\n", "isn't 16 digits"),
    ],
)
def test_a_damaged_list_is_named_and_the_pack_still_ranks(
    tmp_path: Path, text: str, problem: str
) -> None:
    folder = pack_with(tmp_path / "pack", text.encode())
    with pytest.raises(PackError, match=rf"fingerprints\.txt.*learnt from is damaged.*{problem}"):
        SeenClips.of_pack(folder)
    assert MatchingPack.load(folder).id == "tiny-1"


def test_a_list_that_was_edited_or_is_missing_is_named(tmp_path: Path) -> None:
    folder = pack_with(tmp_path / "pack", SeenClips(frozenset({ONE})).to_bytes())
    (folder / FINGERPRINTS).write_bytes(SeenClips(frozenset({TWO})).to_bytes())
    with pytest.raises(PackError, match=r"fingerprints\.txt.*differs from its manifest"):
        SeenClips.of_pack(folder)
    (folder / FINGERPRINTS).unlink()
    with pytest.raises(PackError, match=r"fingerprints\.txt.*missing"):
        SeenClips.of_pack(folder)
    (folder / FINGERPRINTS).symlink_to("/dev/zero")
    with pytest.raises(PackError, match=r"fingerprints\.txt"):
        SeenClips.of_pack(folder)


def test_a_list_that_is_too_long_is_refused_before_it_is_read(tmp_path: Path) -> None:
    folder = pack_with(tmp_path / "pack", SeenClips().to_bytes())
    with (folder / FINGERPRINTS).open("wb") as file:
        # Sparse: it takes no place on the disk.
        file.truncate(2**36)
    with pytest.raises(PackError, match=r"fingerprints\.txt.*too large"):
        SeenClips.of_pack(folder)
    with pytest.raises(ValueError, match="too long"):
        SeenClips.parse(bytes(35_000_001))


def test_the_list_does_not_change_the_space(tmp_path: Path) -> None:
    folder = TinyPack().write(tmp_path / "pack")
    before = MatchingPack.load(folder).space
    manifest, data = load_manifest(folder), SeenClips(frozenset({ONE})).to_bytes()
    (folder / FINGERPRINTS).write_bytes(data)
    files = {**manifest.files, FINGERPRINTS: sha256_of(data)}
    save_manifest(folder, replace(manifest, files=files))
    assert MatchingPack.load(folder).space == before


def test_lists_together_say_whether_one_is_missing() -> None:
    first, second = SeenClips(frozenset({ONE})), SeenClips(frozenset({TWO}))
    assert together([first, second]) == SeenClips(frozenset({ONE, TWO}))
    sketched = replace(first, sketches=SKETCHES)
    assert together([second, sketched]) == SeenClips(frozenset({ONE, TWO}), SKETCHES)
    assert together([first, None]) == replace(first, is_complete=False)
    assert not together([first, replace(second, is_complete=False)]).is_complete


def test_fingerprints_differ_by_file() -> None:
    names = {clip_fingerprint("ab" * 20), clip_fingerprint("ac" * 20)}
    assert len(names) == 2
    assert SeenClips(frozenset(names)) == SeenClips.parse(SeenClips(frozenset(names)).to_bytes())
    # It must stay what it was for lists that exist.
    assert clip_fingerprint("ab" * 20) == "f6c7d8d9056db7d3"
