"""A pack evaluated on finished edits: figures that can be counted by hand."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.encoders import visual
from engine.encoders.clip_sketches import ClipSketches
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import (
    FINGERPRINTS,
    SeenClips,
    clip_fingerprint,
)
from engine.encoders.profile import Profile
from engine.errors import InputError, MediaUnreadable, PackError
from engine.library.scan import content_hash
from engine.paths import bundled_models_dir
from engine.progress import silent
from engine.training import evaluate_pack as story
from engine.training.data import extraction
from engine.training.data.edits import read_column
from engine.training.evaluate_pack import chance, evaluate_pack, measure_retrieval
from tests.tiny_matching import MUSIC_VERSION, N_SHOWN, N_VIDEO, TinyPack

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = bundled_models_dir() / "soundbed-2"


def test_each_picture_ranks_the_sounds_of_all() -> None:
    # The own sounds, on the diagonal, rank first, second (of .9 and .4) and fourth.
    scores = np.array(
        [[0.9, 0.1, 0.2, 0.3], [0.9, 0.4, 0.2, 0.3], [0.4, 0.3, 0.1, 0.2], [0.3, 0.2, 0.1, 0.9]],
        dtype=np.float32,
    )
    found = measure_retrieval(scores, np.array([""] * 4))
    assert found.recall == {1: 0.5, 5: 1.0, 10: 1.0}
    assert found.median_rank == 1.5
    assert found.label_match is None
    by_chance = chance(np.array([""] * 4))
    assert by_chance.recall == {1: 0.25, 5: 1.0, 10: 1.0}
    assert by_chance.median_rank == 2.5
    assert by_chance.label_match is None


def test_a_pack_with_equal_scores_is_no_better_than_chance() -> None:
    labels = np.array([""] * 20)
    found = measure_retrieval(np.zeros((20, 20), dtype=np.float32), labels)
    assert found.median_rank == chance(labels).median_rank == 10.5
    assert found.recall == {1: 0.0, 5: 0.0, 10: 0.0}


def test_labels_are_sought_among_the_other_labelled_sounds() -> None:
    labels = np.array(["sad", "sad", "glad", ""])
    found = measure_retrieval(np.eye(4, dtype=np.float32), labels)
    # Each of the three is given the two others: one of two is right for the sad, none for the glad.
    assert found.label_match == pytest.approx((0.5 + 0.5 + 0.0) / 3)
    assert chance(labels).label_match == pytest.approx(found.label_match)


def test_the_ten_best_others_count_for_the_label() -> None:
    labels = np.array(["a"] * 12 + ["b"] * 12)
    alike = (labels[:, None] == labels[None]).astype(np.float32)
    # All of one's own label first: 11 others are there, the ten best of them count.
    assert measure_retrieval(alike + np.eye(24, dtype=np.float32), labels).label_match == 1.0
    assert measure_retrieval(-alike, labels).label_match == 0.0
    assert chance(labels).label_match == pytest.approx(11 / 23)


@pytest.fixture
def edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of four edits: two dark, one bright, one broken; the pack compares brightness."""
    folder = tmp_path / "edits"
    (folder / "more").mkdir(parents=True)
    angles = {"dark1.mp4": (1, 0), "dark2.mp4": (0.8, 0.6), "bright.mp4": (0, 1)}
    for name in (*angles, "broken.mp4"):
        (folder / ("more" if name == "bright.mp4" else "") / name).write_bytes(name.encode())

    def extract(_: object, tasks: list[Any], *__: object) -> Iterator[tuple[Path, Any]]:
        for clip, _args in reversed(tasks):
            if clip.name == "broken.mp4":
                yield clip, MediaUnreadable("the file is damaged.", path=clip)
            else:
                # The pack copies both numbers of picture and sound to the same two axes.
                picture, sound = np.zeros(N_VIDEO, np.float32), np.zeros(3, np.float32)
                picture[[N_SHOWN - 1, N_SHOWN]] = sound[:2] = angles[clip.name]
                yield clip, (picture, SimpleNamespace(vector=sound, version=MUSIC_VERSION))

    network = visual.FEATURES_VERSION
    versions = {"video": network, "music": MUSIC_VERSION}
    pack = TinyPack(fields={"id": "fake", "feature_versions": versions}).load()
    monkeypatch.setattr(story, "profile_of", lambda _: Profile())
    monkeypatch.setattr(extraction, "extract", extract)
    monkeypatch.setattr(MatchingPack, "load", lambda _: pack)
    knows(monkeypatch, SeenClips())
    return folder


def knows(monkeypatch: pytest.MonkeyPatch, seen: SeenClips | None) -> None:
    """Let packs say that they have learnt from these clips."""
    monkeypatch.setattr(SeenClips, "of_pack", lambda _: seen)


def test_a_broken_edit_affects_nothing_else(edits: Path) -> None:
    evaluation = evaluate_pack(Path("pack"), edits, silent())
    assert (evaluation.pack_id, evaluation.n_edits) == ("fake", 3)
    assert evaluation.skipped == ((edits / "broken.mp4", "the file is damaged."),)
    assert evaluation.found.recall[1] == 1.0
    assert evaluation.chance.recall[1] == pytest.approx(1 / 3)


def test_clips_that_the_pack_knows_are_left_out_and_counted(
    edits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_file = clip_fingerprint(content_hash(edits / "dark1.mp4"))
    knows(monkeypatch, SeenClips(frozenset({by_file})))
    evaluation = evaluate_pack(Path("pack"), edits, silent())
    assert (evaluation.n_edits, evaluation.n_seen, evaluation.notes) == (2, 1, ())
    assert [path.name for path, _ in evaluation.skipped] == ["broken.mp4"]
    bright = np.zeros(N_VIDEO, np.float32)
    bright[N_SHOWN] = 1
    sketches = frozenset(ClipSketches.of(bright[None], visual.FEATURES_VERSION).packed())
    knows(monkeypatch, SeenClips(sketches=sketches))
    assert evaluate_pack(Path("pack"), edits, silent()).n_seen == 1
    knows(monkeypatch, SeenClips(frozenset({by_file}), sketches))
    with pytest.raises(InputError, match="2 edits were left out, because the pack has learnt"):
        evaluate_pack(Path("pack"), edits, silent())


def test_other_clips_of_makers_whom_the_pack_knows_are_said(
    edits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dark1.mp4", "dark2.mp4"):
        (edits / name).rename(edits / "more" / name)
    by_file = clip_fingerprint(content_hash(edits / "more" / "dark1.mp4"))
    knows(monkeypatch, SeenClips(frozenset({by_file})))
    evaluation = evaluate_pack(Path("pack"), edits, silent())
    assert evaluation.n_edits == 2
    assert ["2 of the clips are by makers of whom a pack" in n for n in evaluation.notes] == [True]


def test_a_pack_that_does_not_say_what_it_knows_is_named(
    edits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seen in (None, SeenClips(frozenset(), is_complete=False)):
        knows(monkeypatch, seen)
        evaluation = evaluate_pack(Path("pack"), edits, silent())
        assert evaluation.n_seen == 0
        assert ["fake doesn't say all clips" in note for note in evaluation.notes] == [True]


def test_a_damaged_list_of_known_clips_is_named(tmp_path: Path) -> None:
    files = {FINGERPRINTS: b"soundbed-fingerprints-1\nnonsense\n"}
    folder = TinyPack(files=files).write(tmp_path / "pack")
    (tmp_path / "edits").mkdir()
    with pytest.raises(PackError, match=r"fingerprints\.txt.*is damaged"):
        evaluate_pack(folder, tmp_path / "edits", silent())


def test_labels_name_clips_by_path_or_by_file_name(edits: Path, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("clip,label\ndark1.mp4,dark\nbright.mp4,bright\nbroken.mp4,dark\nz.mp4,dark\n")
    evaluation = evaluate_pack(Path("pack"), edits, silent(), table)
    assert evaluation.found.label_match == 0.0
    assert len(evaluation.notes) == 2
    assert "1 clip that isn't an edit in the folder: z.mp4" in evaluation.notes[0]
    assert "1 edit has no label" in evaluation.notes[1]
    table.write_text("clip,label\ndark1.mp4,d\n./dark2.mp4,d\nmore/bright.mp4,b\n")
    evaluation = evaluate_pack(Path("pack"), edits, silent(), table)
    assert evaluation.notes == ()
    assert evaluation.found.label_match == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("clip,emotion\na.mp4,sad\n", "no column “label”"),
        ("file,label\na.mp4,sad\n", "no column “clip”"),
        ("", "no column “clip”"),
        ("clip,label\na.mp4,sad\na.mp4,glad\n", "two labels"),
    ],
)
def test_wrong_labels_are_named(tmp_path: Path, text: str, problem: str) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"labels\.csv.*{problem}"):
        read_column(table, "label", tmp_path, [])


def test_two_labels_under_two_names_of_a_clip_are_found(tmp_path: Path) -> None:
    table, clips = tmp_path / "labels.csv", [tmp_path / "more" / "a.mp4", tmp_path / "b.mp4"]
    table.write_text("clip,label\na.mp4,sad\nmore/a.mp4,glad\n")
    with pytest.raises(InputError, match=r"“more/a\.mp4” two labels"):
        read_column(table, "label", tmp_path, clips)
    table.write_text("clip,label\na.mp4,sad\n./more/a.mp4,sad\nmore/a.mp4,\nb.mp4,\nc.mp4,\n")
    assert read_column(table, "label", tmp_path, clips) == ({clips[0]: "sad"}, ("c.mp4",))


def test_labels_that_are_no_text_are_named(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_bytes(b"\xff\xfe\x00clip")
    with pytest.raises(InputError, match=r"labels\.csv.*can't be read"):
        read_column(table, "label", tmp_path, [])
    with pytest.raises(InputError, match=r"nowhere\.csv.*can't be read"):
        read_column(tmp_path / "nowhere.csv", "label", tmp_path, [])


def test_an_incomplete_folder_is_named(edits: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty.*fewer than two.*Put videos"):
        evaluate_pack(Path("pack"), tmp_path / "empty", silent())
    (edits / "dark1.mp4").unlink()
    (edits / "dark2.mp4").unlink()
    with pytest.raises(InputError, match=r"edits.*fewer than two.*damaged"):
        evaluate_pack(Path("pack"), edits, silent())
    with pytest.raises(InputError, match=r"nowhere.*isn't a folder"):
        evaluate_pack(Path("pack"), tmp_path / "nowhere", silent())


def test_a_pack_that_is_missing_is_named_before_the_edits_are_read(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="nowhere"):
        evaluate_pack(tmp_path / "nowhere", tmp_path / "no edits", silent())


def test_the_shipped_pack_is_evaluated_without_torch(
    write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    for name, tone_hz in (("1", 440.0), ("2", 660.0)):
        write_clip(tmp_path / f"{name}.mp4", n_frames=25, tone_hz=tone_hz)
    write_clip(tmp_path / "mute.mp4", n_frames=25, sound=None)
    code = f"""
import sys
sys.modules["torch"] = None
from engine.__main__ import main
raise SystemExit(main(["evaluate", {str(SHIPPED)!r}, "--edits", {str(tmp_path)!r}, "--json"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert list(figures) == ["n", "n_seen", "recall", "median_rank", "label_match", "chance"]
    assert list(figures["chance"]) == ["recall", "median_rank", "label_match"]
    assert figures["n"] == 2
    assert figures["recall"].keys() == figures["chance"]["recall"].keys() == {"1", "5", "10"}
    assert figures["label_match"] is None
    assert "mute.mp4" in done.stderr
