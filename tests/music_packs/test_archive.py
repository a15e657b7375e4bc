"""A pack with any single fault is refused with one line that says which."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError, MusicPackError
from engine.music_packs.archive import open_pack
from tests.music_packs.samples import edit_manifest, rewrite, write_pack

Entries = list[tuple[zipfile.ZipInfo, bytes]]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "a.soundbed.zip")


def problem(path: Path) -> str:
    """Read all of a pack; return what is wrong with it."""
    with pytest.raises(MusicPackError) as caught, open_pack(path) as reader:
        for name in reader.pack.members:
            reader.read(name)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    assert caught.value.remedy
    return message


def test_a_pack_reads_back(pack: Path) -> None:
    with open_pack(pack) as reader:
        assert reader.pack.id == "night-drive"
        assert [track.file for track in reader.pack.tracks] == ["tracks/a.wav", "tracks/sub/b.wav"]
        assert reader.pack.tracks[0].profile.genre == "jazz"
        assert reader.read("licences/ada.txt") == b"Name Ada.\n"
        assert reader.read("tracks/a.wav").startswith(b"RIFF")


def test_the_same_music_gives_the_same_bytes_and_sound_is_stored(
    pack: Path, tmp_path: Path
) -> None:
    again = write_pack(tmp_path / "b.soundbed.zip")
    assert again.read_bytes() == pack.read_bytes()
    with zipfile.ZipFile(pack) as archive:
        assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(InputError), open_pack(path):
            pass


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_pack(pack: Path, share: float) -> None:
    data = pack.read_bytes()
    pack.write_bytes(data[: int(len(data) * share)])
    assert "this music pack can't be used" in problem(pack)


def test_something_else(pack: Path) -> None:
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("word/document.xml", "text")
    assert "no manifest" in problem(pack)


def test_an_edited_sound(pack: Path) -> None:
    data = pack.read_bytes()
    at = data.index(b"RIFF") + 1000
    pack.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert "CRC" in problem(pack)


def test_an_edited_sound_with_a_fitting_checksum(pack: Path) -> None:
    def edit(entries: Entries) -> None:
        info, data = entries[0]
        entries[0] = (info, data[:-1] + bytes([data[-1] ^ 1]))

    rewrite(pack, edit)
    assert "“tracks/a.wav” in the music pack was edited or truncated" in problem(pack)


def test_a_shorter_member(pack: Path) -> None:
    rewrite(pack, lambda entries: entries.__setitem__(0, (entries[0][0], entries[0][1][:-8])))
    assert "was edited or truncated" in problem(pack)


def test_an_undeclared_member(pack: Path) -> None:
    rewrite(pack, lambda entries: entries.insert(0, (zipfile.ZipInfo("tracks/evil.sh"), b"#!")))
    assert "“tracks/evil.sh” isn't declared" in problem(pack)


def test_a_missing_member(pack: Path) -> None:
    rewrite(pack, lambda entries: entries.__delitem__(0))
    assert "“tracks/a.wav” is missing" in problem(pack)


def test_a_member_twice(pack: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        rewrite(pack, lambda entries: entries.insert(0, entries[0]))
    assert "twice" in problem(pack)


@pytest.mark.parametrize("mode", [0o120777, 0o040755, 0o020666, 0o010666])
def test_links_folders_and_devices(pack: Path, mode: int) -> None:
    def edit(entries: Entries) -> None:
        entries[0][0].external_attr = mode << 16

    rewrite(pack, edit)
    assert "not a regular file" in problem(pack)


def test_a_bomb(pack: Path) -> None:
    def edit(entries: Entries) -> None:
        info = entries[0][0]
        info.compress_type = zipfile.ZIP_DEFLATED
        entries[0] = (info, bytes(9_000_000))

    rewrite(pack, edit)
    assert pack.stat().st_size < 1_000_000
    assert "is compressed" in problem(pack)


def test_overlapping_members(pack: Path) -> None:
    data = pack.read_bytes()
    with zipfile.ZipFile(pack) as archive:
        first, second = archive.infolist()[0], archive.infolist()[2]
    # The second sound's entry points at the first one's bytes, a hundred times in a real bomb.
    offset = second.header_offset.to_bytes(4, "little")
    at = data.rindex(second.filename.encode()) - 46
    assert data[at + 42 : at + 46] == offset
    moved = first.header_offset.to_bytes(4, "little")
    pack.write_bytes(data[: at + 42] + moved + data[at + 46 :])
    problem(pack)


@pytest.mark.parametrize(
    "name",
    [
        "/tracks/a.wav", "tracks/../../a.wav", "../a.wav", "C:/a.wav", "tracks/con.wav",
        "tracks/A.wav/../b.wav", "tracks\\a.wav", "tracks/a .wav ", "autorun.inf",
        "tracks/a.exe", "analysis/a.wav", "licences/a.html", "tracks/A.WAV",
    ],
)  # fmt: skip
def test_names_outside_the_folder(pack: Path, name: str) -> None:
    def change(values: dict[str, Any]) -> None:
        values["members"][name] = values["members"].pop("tracks/a.wav")
        values["tracks"][0]["file"] = name

    def edit(entries: Entries) -> None:
        entries[0][0].filename = name

    edit_manifest(pack, change)
    rewrite(pack, edit)
    problem(pack)


def test_names_that_collide(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "a.zip", ("a.wav", "b.wav"))

    def change(values: dict[str, Any]) -> None:
        values["members"]["tracks/A.wav"] = values["members"].pop("tracks/b.wav")
        values["tracks"][1]["file"] = "tracks/A.wav"

    edit_manifest(pack, change)
    rewrite(pack, lambda entries: setattr(entries[2][0], "filename", "tracks/A.wav"))
    assert "apart from capitals" in problem(pack)


def _set(*keys: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(values: Any) -> None:
        for key in keys[:-1]:
            values = values[key]
        values[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("kind", value="other"), _set("format", value="1"), _set("id", value="../x"),
        _set("id", value="a" * 61), _set("version", value=0), _set("version", value=True),
        _set("version", value=10**30), _set("title", value=7), _set("tracks", value=[]),
        _set("tracks", value={}), _set("members", value=[]),
        _set("tracks", 0, "duration_s", value=-1), _set("tracks", 0, "duration_s", value=1e308),
        _set("tracks", 0, "duration_s", value=float("nan")), _set("tracks", 0, value=None),
        _set("tracks", 0, "file", value="tracks/sub/b.wav"), _set("tracks", 0, "title", value=[]),
        _set("tracks", 0, "profile", value=None), _set("tracks", 0, "profile", "vocals", value=7),
        _set("tracks", 0, "profile", "genre_probabilities", value=[2.0]),
        _set("tracks", 0, "profile", "bpm", value="90"),
        _set("members", "tracks/a.wav", "sha256", value="0" * 63),
        _set("members", "tracks/a.wav", "size_bytes", value=2**60),
    ],
)  # fmt: skip
def test_a_manifest_with_an_invalid_field(
    pack: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    edit_manifest(pack, change)
    assert "manifest is damaged" in problem(pack)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"a":' + b"9" * 5000]
)
def test_bytes_that_are_no_manifest(pack: Path, data: bytes) -> None:
    rewrite(pack, lambda entries: entries.append((entries.pop()[0], data)))
    assert "manifest is damaged" in problem(pack)


def test_a_newer_pack(pack: Path) -> None:
    edit_manifest(pack, _set("format", value=2))
    assert "made by a newer Soundbed (format 2). Update Soundbed" in problem(pack)


@pytest.mark.parametrize("licence", [None, "", " \n\u200b"])
def test_tracks_without_a_licence_are_named(pack: Path, licence: str | None) -> None:
    edit_manifest(pack, _set("tracks", 1, "licence", value=licence))
    assert "these tracks have no licence: tracks/sub/b.wav." in problem(pack)


def test_text_is_plain(pack: Path) -> None:
    edit_manifest(pack, _set("tracks", 0, "title", value="\x1b[31mRed\n\u202etxt <b>"))
    with open_pack(pack) as reader:
        assert reader.pack.tracks[0].tags.title == "[31mRed txt <b>"
