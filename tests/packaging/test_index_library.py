"""What the score knows replaces what was measured, in what is shown and never in the vector."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engine.library.library import Library
from engine.music.features import MusicFeatures
from engine.music.vector import VECTOR_LENGTH, VERSION

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "index_library.py"
ENTRY = {
    "bpm": 84, "beats_s": [0.1, 0.8], "bars_s": [0.1], "beats_per_bar": 3, "key": "D",
    "mode": "minor", "is_instrumental": True,
}  # fmt: skip


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec = importlib.util.spec_from_file_location("index_library", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_score_replaces_tempo_beats_bars_and_key(script: ModuleType) -> None:
    measured = MusicFeatures(
        version=VERSION, vector=np.arange(VECTOR_LENGTH, dtype=np.float32), duration_s=60.0,
        msd_tags=np.zeros(50, np.float32), mtt_tags=np.zeros(50, np.float32), bpm=168.0,
        bpm_confidence=0.5, beats_s=np.zeros(0, np.float32), downbeats_s=np.zeros(0, np.float32),
        beats_per_bar=4, key="F", mode="major", key_confidence=0.4, loudness_lufs=-14.0,
        loudness_range_lu=5.0, true_peak_dbtp=-1.0, brightness=1000.0, onset_density_hz=2.0,
        energy_curve=np.ones(60, np.float32), peaks=np.zeros((10, 2), np.int8), vocals=0.1,
    )  # fmt: skip
    known = script.scored(measured, ENTRY)
    assert (known.bpm, known.key, known.mode, known.beats_per_bar) == (84.0, "D", "minor", 3)
    assert known.vocals == 0
    assert known.beats_s.tolist() == pytest.approx([0.1, 0.8])
    assert known.downbeats_s.tolist() == pytest.approx([0.1])
    assert known.vector.tolist() == measured.vector.tolist()


def test_the_closed_database_is_one_file_that_opens_immutable(
    script: ModuleType, tmp_path: Path
) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    library.save_plan("clip", Path("/clip.mp4"), "{}")
    script._close_for_good(library.path)
    assert [path.name for path in tmp_path.iterdir()] == ["library.sqlite"]
    assert Library.open_bundled(tmp_path).load_plan("clip") == "{}"
