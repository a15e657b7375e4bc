"""A library written by one version and opened with the next: nobody loses a track."""

import os
import shutil
import signal
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import engine.media.worker
from engine.encoders.matching import MatchingPack
from engine.encoders.profile import Profile
from engine.encoders.score_weights import LEARNED, N_EMBEDDING, SCALE
from engine.errors import Cancelled, InputError, MediaUnreadable
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.reasons import FileCheck
from engine.library.scan import content_hash
from engine.library.tracks import TrackFile
from engine.media.tags import Tags
from engine.music.vector import VECTOR_LENGTH
from engine.progress import Progress, silent
from engine.stories import candidates
from engine.stories import recommend as recommend_story
from engine.stories.analyse import ClipAnalysis
from engine.stories.index import index_folder, rescan
from engine.stories.ranking_options import RankingOptions
from engine.stories.reanalyse import (
    ReanalysisReport,
    bring_up_to_date,
    outdated_files,
    reanalyse,
)
from engine.stories.recommend import Recommendations, recommend
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.library.stored_vectors import stored_vectors
from tests.music_packs.samples import features
from tests.stories.installing import PoolInThisProcess, StopAt
from tests.tiny_matching import TinyPack, tiny_clip

OLD, NEW = "music-1", "music-2"
GENRES = ("jazz", "metal")
ROOT = Path(__file__).resolve().parents[2]
N = 6


def pack_of(version: str, name: str = "") -> MatchingPack:
    """A pack that embeds features of one version only, by their first numbers."""
    name = name or f"pack of {version}"
    fields = {
        "id": name,
        "embedding_space": name,
        "feature_versions": {"video": VIDEO_FEATURES_VERSION, "music": version},
    }
    return TinyPack(VECTOR_LENGTH, fields=fields).load()


@cache
def space_of(version: str, name: str = "") -> str:
    return pack_of(version, name).space


class Versions:
    """The version that the program is of, as far as the stories see it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.use(OLD)

    def use(self, version: str) -> None:
        self.pack = pack_of(version)
        for module in ("engine.music.vector", "engine.music.features"):
            self._patch.setattr(f"{module}.VERSION", version)
        self._patch.setattr(recommend_story, "matching_pack", lambda _=None: self.pack)
        self._patch.setattr("engine.encoders.active.matching_pack", lambda _=None: self.pack)


def analysis_of(path: Path) -> AnalysedFile:
    """Stands for `analyse_file`: cosine and genre follow from the name, nothing is decoded."""
    from engine.music.vector import VERSION

    if b"bad" in path.read_bytes():
        raise MediaUnreadable("it is damaged.", path=path, remedy="Repair it.")
    cosine = int(path.stem) / 10
    vector = np.zeros(VECTOR_LENGTH, np.float32)
    vector[:2] = cosine, np.sqrt(1 - cosine**2)
    status = path.stat()
    genre = "jazz" if cosine > 0.3 else "metal"
    shares = tuple(float(name == genre) for name in GENRES)
    return AnalysedFile(
        TrackFile(path, status.st_size, status.st_mtime_ns, content_hash(path), 60.0, VERSION),
        Tags(path.stem, licence="CC0-1.0"),
        Profile(genre, shares, {"calm": 1.0}, 120.0, "A minor", 0.1, -14.0),
        features(version=VERSION, vector=vector, duration_s=60.0).to_bytes(),
        "profile 1",
    )


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("engine.paths.assets_dir", lambda: tmp_path / "assets")
    monkeypatch.setattr("engine.stories.embed.profile_pack_id", lambda: "profile 1")
    monkeypatch.setattr(engine.media.worker, "WorkerPool", PoolInThisProcess)
    for story in ("analyse_files", "reanalyse"):
        monkeypatch.setattr(f"engine.stories.{story}.analyse_file", analysis_of)


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> Versions:
    return Versions(monkeypatch)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(1, N + 1):
        (folder / f"{number}.mp3").write_bytes(b"sound %d" % number)
    return folder


@pytest.fixture
def library(versions: Versions, music: Path) -> Library:
    """The user's library, written by the old version; the program is of the new one."""
    own = Library.open()
    index_folder(music, own, silent())
    assert len(stored_vectors(own, space_of(OLD))[0]) == N
    versions.use(NEW)
    return own


def rank(clip_s: float = 20.0) -> Recommendations:
    info = SimpleNamespace(
        path=Path("/clip.mp4"), duration_s=clip_s, frame_rate=Fraction(25), start_timecode=None,
        warnings=(),
    )  # fmt: skip
    seen = tiny_clip([[0, 0, 0, 1]] * 20, version=VIDEO_FEATURES_VERSION)
    clip = ClipAnalysis(info, seen, (), "clip")  # type: ignore[arg-type]  # a part
    return recommend(clip, RankingOptions(), silent())


def waiting(ranked: Recommendations) -> list[str]:
    return [note.split()[0] for note in ranked.notes if "new analysis" in note]


def titles(ranked: Recommendations) -> list[str]:
    return [item.track.title for item in ranked.items]


def spaces(library: Library) -> set[str]:
    with library.database.reading() as connection:
        return {row["space"] for row in connection.execute("SELECT space FROM embeddings")}


def test_the_same_tracks_are_ranked_before_during_and_after(
    library: Library, versions: Versions
) -> None:
    versions.use(OLD)
    before = rank()
    assert (len(before.items), waiting(before)) == (N, [])
    versions.use(NEW)
    with pytest.raises(Cancelled):
        reanalyse(library, StopAt(3))
    assert len(outdated_files(library)) == N - 3
    during = rank()
    assert sorted(titles(during)) == sorted(titles(before))
    assert waiting(during) == ["3"]
    # It resumes, with the other three only.
    report = reanalyse(library, silent())
    assert (report.renewed, report.missing, report.failed) == (3, 0, ())
    after = rank()
    assert titles(after) == titles(before)
    assert [item.score for item in after.items] == [item.score for item in before.items]
    assert waiting(after) == []


def test_old_vectors_go_when_the_new_ones_are_there(library: Library) -> None:
    with pytest.raises(Cancelled):
        reanalyse(library, StopAt(1))
    assert spaces(library) == {space_of(OLD), space_of(NEW)}
    assert len(stored_vectors(library, space_of(OLD))[0]) == N - 1
    reanalyse(library, silent())
    assert spaces(library) == {space_of(NEW)}


def test_estimates_follow_the_genre(library: Library) -> None:
    with pytest.raises(Cancelled):
        reanalyse(library, StopAt(4))
    # The last two of six are estimated: they are jazz like 4, the nearest to the clip by far.
    scores = {item.track.title: item.score for item in rank().items}
    assert scores["5"] > scores["3"] and scores["6"] > scores["3"]


def test_without_any_new_vector_the_remedy_is_named(library: Library) -> None:
    with pytest.raises(InputError, match=r"another version.*soundbed library rescan"):
        rank()


@pytest.mark.parametrize("moment", ["between tracks", "in a transaction"])
def test_a_kill_loses_nothing(
    library: Library, versions: Versions, music: Path, moment: str
) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, moment],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "packaging")])},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert library.database.integrity() == "ok"
    n_done = 3 if moment == "between tracks" else 2
    assert len(outdated_files(library)) == N - n_done
    assert len(stored_vectors(library, space_of(NEW))[0]) == n_done
    assert len(stored_vectors(library, space_of(OLD))[0]) == N - n_done
    assert (len(rank().items), waiting(rank())) == (N, [str(N - n_done)])
    assert reanalyse(library, silent()).renewed == N - n_done


KILLED = """
import os, signal, sys
import pytest
from engine.library.embeddings import Embeddings
from engine.library.library import Library
from engine.progress import Progress
from tests.stories import test_reanalyse as t
import engine.media.worker, engine.stories.reanalyse as story
engine.media.worker.WorkerPool = t.PoolInThisProcess
story.analyse_file = t.analysis_of
versions = t.Versions(pytest.MonkeyPatch())
versions.use(t.NEW)
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
n_deleted = 0
real = Embeddings.delete_others
def delete_others(*args):
    global n_deleted
    n_deleted += 1
    kill() if n_deleted == 3 else real(*args)
if sys.argv[1] == "in a transaction":
    Embeddings.delete_others = delete_others
story.reanalyse(Library.open(), Progress(lambda step: kill() if step.done == 3 else None))
"""


def test_tracks_on_a_disconnected_drive_keep_what_they_have(
    library: Library, music: Path, tmp_path: Path
) -> None:
    (music / "1.mp3").rename(tmp_path / "1.mp3")
    report = reanalyse(library, silent())
    assert (report.renewed, report.missing, report.music_s) == (N - 1, 1, 60 * (N - 1))
    (file,) = outdated_files(library)
    assert (file.path, file.state) == (music / "1.mp3", "ready")
    assert waiting(rank()) == ["1"]
    # A rescan marks it as offline and keeps its analysis; back again, it is analysed.
    assert rescan(library, silent()).offline == 1
    assert [file.state for file in outdated_files(library)] == ["offline"]
    shutil.move(tmp_path / "1.mp3", music / "1.mp3")
    back = rescan(library, silent())
    assert (back.renewed, back.added, back.offline) == (1, 0, 0)
    assert (len(rank().items), waiting(rank())) == (N, [])


def test_a_drive_that_goes_away_meanwhile_is_no_failure(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanish(path: Path) -> AnalysedFile:
        path.unlink()
        raise MediaUnreadable("this file can't be read.", path=path)

    monkeypatch.setattr("engine.stories.reanalyse.analyse_file", vanish)
    report = reanalyse(library, silent())
    assert (report.renewed, report.missing, report.failed) == (0, N, ())
    assert {file.state for file in library.files.known()} == {"ready"}


def test_a_file_that_cannot_be_analysed_any_more_stays_ranked(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_2(path: Path) -> AnalysedFile:
        if path.stem == "2":
            raise MediaUnreadable("it is damaged.", path=path, remedy="Repair it.")
        return analysis_of(path)

    monkeypatch.setattr("engine.stories.reanalyse.analyse_file", without_2)
    report = rescan(library, silent())
    (problem,) = report.failed
    assert (problem.path, problem.message) == (music / "2.mp3", "it is damaged. Repair it.")
    assert (report.renewed, len(rank().items), waiting(rank())) == (N - 1, N, ["1"])
    # The background leaves it alone; a rescan tries again.
    assert reanalyse(library, silent(), in_background=True) == ReanalysisReport()
    assert len(rescan(library, silent()).failed) == 1


def test_incomplete_files_are_renewed_in_the_background_too(library: Library) -> None:
    library.checks.set(2, FileCheck("incomplete", 12.0, 60.0, "1"))
    assert reanalyse(library, silent(), in_background=True).renewed == N
    assert library.checks.all() == {}


def test_tags_and_numbers_stay(library: Library, music: Path) -> None:
    with library.database.writing() as connection:
        connection.execute("UPDATE tracks SET title = 'Dawn', licence = 'MIT' WHERE id = 1")
    before = {track.file.id: track.tags for track in library.tracks.all()}
    reanalyse(library, silent())
    assert {track.file.id: track.tags for track in library.tracks.all()} == before


def test_a_track_removed_meanwhile_does_not_come_back(library: Library) -> None:
    def remove(step: Any) -> None:
        if step.done == 1:
            library.folders.remove_track(N)

    assert reanalyse(library, Progress(remove)).renewed == N - 1
    assert len(library.tracks.all()) == N - 1


def test_what_another_run_has_done_is_not_done_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed: list[str] = []

    def note(path: Path) -> AnalysedFile:
        analysed.append(path.name)
        return analysis_of(path)

    monkeypatch.setattr("engine.stories.reanalyse.analyse_file", note)

    def rescan_at_once(step: Any) -> None:
        if step.done == 1 and len(analysed) == 1:
            assert reanalyse(library, silent()).renewed == N - 1

    assert reanalyse(library, Progress(rescan_at_once)).renewed == 1
    assert sorted(analysed) == [f"{number}.mp3" for number in range(1, N + 1)]


def test_a_moved_file_of_the_old_version_keeps_its_track(library: Library, music: Path) -> None:
    (music / "6.mp3").rename(music / "06.mp3")
    report = rescan(library, silent())
    assert (report.moved, report.renewed, report.added, report.offline) == (1, N, 0, 0)
    assert {track.file.id for track in library.tracks.all()} == set(range(1, N + 1))


def test_a_new_pack_embeds_some_at_once_and_the_others_in_the_background(
    library: Library, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.use(OLD)
    versions.pack = pack_of(OLD, "another pack")
    monkeypatch.setattr(candidates, "_EMBED_AT_ONCE", 2)
    assert (len(rank().items), waiting(rank())) == (N, [str(N - 4)])
    report = bring_up_to_date(library, silent())
    assert (report.embedded, report.renewed) == (N - 4, 0)
    assert (len(rank().items), waiting(rank())) == (N, [])
    # The vectors for the other pack stay: it may be chosen again.
    assert spaces(library) == {space_of(OLD), space_of(OLD, "another pack")}


def test_another_profile_pack_embeds_again_as_well(
    library: Library, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.use(OLD)
    ones = np.ones(N_EMBEDDING, np.float32)
    library.embeddings.store("another space", [(1, ones)])
    library.embeddings.store(versions.pack.space, [(1, -ones)])
    monkeypatch.setattr("engine.stories.embed.profile_pack_id", lambda: "profile 2")
    monkeypatch.setattr("engine.stories.embed.profile_of", lambda _: Profile("polka"))
    assert (len(rank().items), waiting(rank())) == (N, [])
    assert {track.profile.genre for track in library.tracks.all()} == {"polka"}
    # Nothing is left that was made with the profile before.
    assert spaces(library) == {versions.pack.space}
    (first, *_) = stored_vectors(library, versions.pack.space)[1][:, LEARNED] / SCALE
    assert first[:2] == pytest.approx([0.1, 0.99**0.5])


def test_nothing_to_do_is_found_out_without_a_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a pack was loaded")

    monkeypatch.setattr("engine.encoders.active.matching_pack", never)
    assert bring_up_to_date(Library.open(), silent()) == ReanalysisReport()


def test_a_pack_for_another_version_leaves_the_vectors_for_later(
    library: Library, versions: Versions
) -> None:
    versions.pack = pack_of(OLD)
    assert reanalyse(library, silent()).renewed == N
    assert spaces(library) == {space_of(OLD)}
    versions.use(NEW)
    assert (len(rank().items), waiting(rank())) == (N, [])
