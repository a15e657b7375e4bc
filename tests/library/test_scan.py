import os
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.library import scan
from engine.library.scan import content_hash, find_audio
from engine.progress import silent

MUSIC = frozenset({".mp3", ".flac"})


def names(folder: Path) -> list[str]:
    return [
        str(file.path.relative_to(folder)) for file in find_audio(folder, MUSIC, silent()).files
    ]


def test_only_visible_audio_files_are_found_in_order(tmp_path: Path) -> None:
    for name in ("b.MP3", "a.flac", "notes.txt", ".hidden.mp3", "sub/c.mp3", ".git/d.mp3"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert names(tmp_path) == ["a.flac", "b.MP3", "sub/c.mp3"]


def test_links_do_not_loop_or_leave_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "far.mp3").write_bytes(b"x")
    (inside / "loop").symlink_to(inside)
    (inside / "away").symlink_to(outside)
    (inside / "file.mp3").symlink_to(outside / "far.mp3")
    (inside / "broken.mp3").symlink_to(outside / "nothing.mp3")
    assert names(inside) == ["file.mp3"]
    (left_out,) = find_audio(inside, MUSIC, silent()).left_out
    assert (left_out.path, left_out.cause) == (inside / "away", "linked folder")


def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.mp3").write_bytes(b"x")
    listed = scan._listed

    def refuse(folder: Path | str) -> list[os.DirEntry[str]]:
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(scan, "_listed", refuse)
    found = find_audio(tmp_path, MUSIC, silent())
    assert [file.path.name for file in found.files] == ["a.mp3"]
    assert [(each.path.name, each.cause) for each in found.left_out] == [
        ("closed", "closed folder")
    ]


def test_music_in_formats_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for name in ("a.dsf", "b.mp3", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    found = find_audio(tmp_path, MUSIC, silent(), frozenset({".dsf"}))
    assert [(each.path.name, each.cause) for each in found.left_out] == [("a.dsf", "format")]


def test_a_pipe_and_a_folder_named_like_music_are_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "folder.mp3").mkdir()
    assert names(tmp_path) == []
    left_out = find_audio(tmp_path, MUSIC, silent()).left_out
    assert [(each.path.name, each.cause) for each in left_out] == [("pipe.mp3", "not a file")]


def test_names_need_not_be_utf8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9 %d\n.mp3")
    path.write_bytes(b"x")
    (found,) = find_audio(tmp_path, MUSIC, silent()).files
    assert (found.path, found.size_bytes) == (path, 1)


def test_a_file_and_a_missing_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="doesn't exist"):
        find_audio(tmp_path / "missing", MUSIC, silent())
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="a file, not a folder"):
        find_audio(tmp_path / "file", MUSIC, silent())


def test_the_hash_follows_the_bytes_not_the_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"same")
    (tmp_path / "b").write_bytes(b"same")
    (tmp_path / "c").write_bytes(b"other")
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b")
    assert content_hash(tmp_path / "a") != content_hash(tmp_path / "c")


def test_a_pipe_and_a_device_without_end_have_no_hash(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "endless.mp3").symlink_to("/dev/zero")
    for name in ("pipe.mp3", "endless.mp3"):
        with pytest.raises(OSError, match="Invalid argument"):
            content_hash(tmp_path / name)


def test_the_hash_of_a_large_file_depends_on_its_length_and_both_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_CHUNK_BYTES", 10)
    monkeypatch.setattr(scan, "_N_CHUNKS", 4)
    data = bytearray(100)
    digests = set()
    for position in (None, 0, 99):
        changed = bytearray(data)
        if position is not None:
            changed[position] = 1
        (tmp_path / "a").write_bytes(changed)
        digests.add(content_hash(tmp_path / "a"))
    (tmp_path / "a").write_bytes(bytes(101))
    digests.add(content_hash(tmp_path / "a"))
    assert len(digests) == 4
