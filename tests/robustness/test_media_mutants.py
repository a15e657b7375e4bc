"""The short form of `tests.robustness.files`: some mutants of small files, without networks."""

from pathlib import Path

import pytest

from engine.errors import SoundbedError
from engine.media.track_probe import probe_music
from engine.media.waveform import read_blocks
from tests.media.odd_sounds import clicks, encoded, libsndfile, mp3
from tests.robustness.media_mutants import mutant

RATE = 48_000
_N_MUTANTS = 60


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sources")
    files = {
        "a.mp3": mp3(clicks(3)),
        "b.ogg": libsndfile(clicks(3), RATE, "OGG", "VORBIS"),
        "c.flac": libsndfile(clicks(3), RATE, "FLAC", "PCM_16"),
        "d.mka": encoded(clicks(3), RATE, "matroska", "libopus"),
        "e.m4a": encoded(clicks(3), RATE, "ipod", "aac"),
        "f.aac": encoded(clicks(3), RATE, "adts", "aac"),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return sorted(folder.iterdir())


def test_the_same_number_gives_the_same_mutant(sources: list[Path]) -> None:
    assert mutant(7, sources) == mutant(7, sources)
    assert len({mutant(number, sources).data for number in range(30)}) == 30


def test_mutants_are_read_to_an_end_or_refused(sources: list[Path], tmp_path: Path) -> None:
    n_read = 0
    for number in range(_N_MUTANTS):
        made = mutant(number, sources)
        path = tmp_path / f"{number}{made.source.suffix}"
        path.write_bytes(made.data)
        try:
            info = probe_music(path)
            blocks = list(read_blocks(path, 16_000, 1))
        except SoundbedError as error:
            assert error.problem
            continue
        n_read += 1
        length_s = sum(len(block.samples) for block in blocks) / 16_000
        # Insertions and repetitions make files longer, but by no more than they are.
        assert 0 < length_s < 60
        assert info.duration_s < 60
    assert n_read > _N_MUTANTS / 4
