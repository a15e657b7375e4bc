import json
import os
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.cli.terminal import tempo
from engine.encoders.profile import Profile
from engine.library.files import AnalysedFile
from engine.library.left_out import LeftOut
from engine.library.library import Library
from engine.library.reasons import FileCheck
from engine.library.scan import FoundFile
from engine.library.track_edits import EditTracks, TrackEdit
from engine.library.tracks import Track, TrackFile
from engine.media.tags import Tags
from engine.stories.index_report import FileProblem, IndexReport

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_bundled_music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.paths.assets_dir", lambda: tmp_path / "assets")


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder in the library: one track that is there, one that isn't, one that failed."""
    folder = tmp_path / os.fsdecode(b"m\xfcsic")
    folder.mkdir()
    (folder / "here.mp3").write_bytes(b"x")
    library = Library.open()
    added = library.folders.add(folder)
    profile = Profile(None, (0.5, 0.5), {"calm": 1.0}, 90.4, "C major", 0.25, -14.0)
    for name in ("here.mp3", "gone.mp3"):
        library.files.store(
            added.id,
            AnalysedFile(
                TrackFile(folder / name, 1, 1, name, 125.0, "music-1"),
                Tags(f"Title\n{name}", "Band"), profile, b"features", "profile 1",
            ),
        )  # fmt: skip
    library.files.store_failed(FoundFile(folder / "bad.mp3", 1, 1), "it is cut off.")
    return folder


def test_an_empty_library_lists_nothing(capsys: Capture) -> None:
    assert main(["library", "list"]) == 0
    assert capsys.readouterr().out == "0 bundled, 0 of your own.\n"
    assert main(["library", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"folders": [], "tracks": []}


def test_the_list_shows_states_and_numbers(music: Path, capsys: Capture) -> None:
    assert main(["library", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert " ".join(lines[1].split()) == "1 Title here.mp3 Band 2:05 unsure 90 C major ready"
    assert lines[2].endswith("offline")
    assert lines[3].endswith("failed: it is cut off.")
    assert lines[4].startswith("Folder: ")
    assert lines[5] == "0 bundled, 3 of your own."


def test_the_list_as_json(music: Path, capsys: Capture) -> None:
    assert main(["library", "list", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    (folder,) = values["folders"]
    assert bytes.fromhex(folder["path_bytes"]) == os.fsencode(music)
    here = values["tracks"][0]
    assert (here["id"], here["state"], here["title"]) == (1, "ready", "Title\nhere.mp3")
    assert (here["genre"], here["bpm"], here["moods"]) == (None, 90.4, {"calm": 1.0})
    assert [track["state"] for track in values["tracks"]] == ["ready", "offline", "failed"]


def test_the_list_shows_what_was_edited_and_what_the_file_says(
    music: Path, capsys: Capture
) -> None:
    library = Library.open()
    library.apply(EditTracks((("here.mp3", TrackEdit(title="Dawn", moods=("dark",))),)))
    library.genre_tags.set([("here.mp3", "Hip-Hop/Rap")])
    assert main(["library", "list", "--json"]) == 0
    here = json.loads(capsys.readouterr().out)["tracks"][0]
    assert (here["title"], here["edited"]) == ("Dawn", ["moods", "title"])
    assert (here["genre"], here["genre_tag"]) == ("hip-hop", "Hip-Hop/Rap")


def test_a_list_of_many_blocks_of_rows_is_one_json_object(music: Path, capsys: Capture) -> None:
    library = Library.open()
    with library.database.writing() as connection:
        connection.executemany(
            "INSERT INTO tracks (id, path, path_text, size_bytes, modified_ns, state, title) "
            "VALUES (?, ?, '', 1, 1, 'failed', ?)",
            ((100 + n, b"/m/%d.mp3" % n, f"Title {n}") for n in range(1100)),
        )
    assert main(["library", "list", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert [track["id"] for track in values["tracks"]] == [1, 2, 3, *range(100, 1200)]
    assert list(values) == ["folders", "tracks"]
    assert main(["library", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 1103 + 2
    # One table: all columns begin where those of its headers do.
    assert {line.index("Title") for line in lines[:-2] if "Title" in line} == {6}


@pytest.mark.parametrize("as_json", [True, False])
def test_a_list_ends_where_the_library_is_damaged(
    music: Path, capsys: Capture, as_json: bool
) -> None:
    with Library.open().database.writing() as connection:
        connection.execute("UPDATE tracks SET profile = '[' WHERE id = 2")
    assert main(["library", "list", *(["--json"] if as_json else [])]) == 0
    out, err = capsys.readouterr()
    assert "Your own music is left out" in err and err.count("\n") == 1
    if as_json:
        assert [track["id"] for track in json.loads(out)["tracks"]] == [1]
    else:
        assert out.endswith("0 bundled, 1 of your own.\n")


def test_removing_by_number_and_by_folder(music: Path, capsys: Capture) -> None:
    assert main(["library", "remove", "2"]) == 0
    assert capsys.readouterr().out == "Removed: Title gone.mp3. Its file stays.\n"
    assert main(["library", "remove", str(music)]) == 0
    assert "with 2 tracks" in capsys.readouterr().out
    assert Library.open().tracks.all() == ()
    assert (music / "here.mp3").exists()
    # There is no undo here, so nothing is kept for it.
    with Library.open().database.reading() as connection:
        for table in ("removals", "removed_folders", "removed_tracks", "removed_excluded"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


def test_rescanning_nothing_says_what_to_do(capsys: Capture) -> None:
    assert main(["library", "rescan"]) == 0
    assert "library add FOLDER" in capsys.readouterr().out


def test_the_report_counts_and_names_what_failed(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = IndexReport(
        added=30,
        unchanged=1,
        failed=(FileProblem(Path("/m/a\nb.mp3"), "it is cut off.", FileCheck("unreadable")),),
        incomplete=(
            FileProblem(Path("/m/c.mp3"), "half.", FileCheck("incomplete", 12.0, 60.0, "1")),
        ),
        left_out=(LeftOut(Path("/m/album"), "linked folder"),),
        music_s=3600.0,
        wall_s=60.0,
        n_workers=2,
    )
    monkeypatch.setattr("engine.stories.index.index_folder", lambda *_: report)
    assert main(["library", "add", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "30 tracks added, 1 unchanged, 1 failed, 1 incomplete, 1 left out.",
        "30.0 tracks per minute, 60 times real time on 2 cores.",
    ]
    assert err.splitlines() == [
        "soundbed: /m/a\N{REPLACEMENT CHARACTER}b.mp3: it is cut off.",
        "soundbed: /m/c.mp3: half.",
        "soundbed: /m/album: left out: it is a link to another folder; add that folder by itself.",
    ]
    assert main(["library", "add", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["failed"][0]["reason"], found["left_out"][0]["cause"]) == (
        "unreadable",
        "linked folder",
    )
    assert found["incomplete"] == [
        {"path": "/m/c.mp3", "message": "half.", "reason": "incomplete", "found_s": 12.0,
         "claimed_s": 60.0}
    ]  # fmt: skip


def test_reasons_are_listed_counted_and_filtered(music: Path, capsys: Capture) -> None:
    library = Library.open()
    library.checks.set(1, FileCheck("incomplete", 12.0, 60.0, "1"))
    library.checks.set(3, FileCheck("too short", decoder="1"))
    (folder,) = library.folders.all()
    library.left_out.replace(folder.id, music, [LeftOut(music / "clip.mp4", "film", 1, 1, "1")])
    assert main(["library", "list", "--reason", "incomplete"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[-6:] == ["incomplete:", "12", "of", "60", "s", "(ready)"]
    assert lines[-1] == "1 file of your own."
    assert main(["library", "list", "--json", "--reason", "too short"]) == 0
    (track,) = json.loads(capsys.readouterr().out)["tracks"]
    assert (track["id"], track["reason"], track["state"]) == (3, "too short", "failed")
    assert main(["library", "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["reasons"] == {"incomplete": 1, "too short": 1}
    assert [file["id"] for file in status["files"]] == [1, 3]
    assert [each["cause"] for each in status["left_out"]] == ["film"]
    assert main(["library", "status"]) == 0
    out = capsys.readouterr().out
    assert "incomplete: 12 of 60 s" in out
    assert "clip.mp4: it is a film, not music." in out


def test_a_folder_without_music_says_so(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["library", "add", str(tmp_path / "empty")]) == 0
    assert capsys.readouterr().out == "No audio files were found.\n"


@pytest.mark.parametrize(
    ("bpm", "shown"), [(140.2, "140/70"), (60.0, "60/120"), (90.0, "90"), (None, "")]
)
def test_half_of_a_fast_tempo_and_twice_a_slow_one_are_shown(bpm: float | None, shown: str) -> None:
    track = Track(TrackFile(Path("/a.mp3").absolute()), profile=Profile(bpm=bpm))
    assert tempo(track) == shown
