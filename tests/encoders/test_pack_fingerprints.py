"""The list of clips that a pack has seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import (
    FINGERPRINTS,
    SeenClips,
    clip_fingerprint,
    features_fingerprint,
    together,
)
from engine.encoders.pack_manifest import load_manifest, save_manifest, sha256_of
from engine.errors import PackError
from tests.tiny_matching import TinyPack

ONE, TWO, THREE = (f"{number:016x}" for number in (1, 2, 0xFFFF))


def pack_with(folder: Path, data: bytes) -> Path:
    """Write a tiny pack with a list."""
    return TinyPack(files={FINGERPRINTS: data}).write(folder)


def test_a_list_survives_its_file(tmp_path: Path) -> None:
    seen = SeenClips(frozenset({TWO, ONE}))
    assert seen.to_bytes() == f"soundbed-fingerprints-1\n{ONE}\n{TWO}\n".encode()
    assert SeenClips.of_pack(pack_with(tmp_path / "pack", seen.to_bytes())) == seen
    in_part = replace(seen, is_complete=False)
    assert SeenClips.parse(in_part.to_bytes()) == in_part
    assert SeenClips.parse(SeenClips(frozenset()).to_bytes()) == SeenClips(frozenset())


def test_a_pack_without_a_list_does_not_say(tmp_path: Path) -> None:
    assert SeenClips.of_pack(TinyPack().write(tmp_path / "pack")) is None


def test_a_clip_is_seen_by_any_of_its_fingerprints() -> None:
    seen = SeenClips(frozenset({ONE}))
    assert seen.has(TWO, ONE)
    assert not seen.has(TWO, THREE)
    assert not seen.has()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "of this version"),
        ("\n", "of this version"),
        ("soundbed-fingerprints-2\n", "of this version"),
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
    folder = pack_with(tmp_path / "pack", SeenClips(frozenset()).to_bytes())
    with (folder / FINGERPRINTS).open("wb") as file:
        # Sparse: it takes no place on the disk.
        file.truncate(2**36)
    with pytest.raises(PackError, match=r"fingerprints\.txt.*too large"):
        SeenClips.of_pack(folder)
    with pytest.raises(ValueError, match="too long"):
        SeenClips.parse(bytes(17_000_101))


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
    assert together([first, None]) == replace(first, is_complete=False)
    assert not together([first, replace(second, is_complete=False)]).is_complete


def test_fingerprints_differ_by_file_features_and_version() -> None:
    vector = np.arange(5, dtype=np.float32)
    names = {
        clip_fingerprint("ab" * 20),
        clip_fingerprint("ac" * 20),
        features_fingerprint(vector, "video-1"),
        features_fingerprint(vector, "video-2"),
        features_fingerprint(np.nextafter(vector, np.float32(9)), "video-1"),
    }
    assert len(names) == 5
    assert SeenClips(frozenset(names)) == SeenClips.parse(SeenClips(frozenset(names)).to_bytes())
    # It must stay what it was for lists that exist.
    assert clip_fingerprint("ab" * 20) == "f6c7d8d9056db7d3"
