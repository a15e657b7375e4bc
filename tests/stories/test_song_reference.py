"""A real song through the real analysis, in a real worker process."""

from pathlib import Path

import numpy as np

from engine.encoders.matching import MatchingPack
from engine.library.libraries import Libraries
from engine.progress import silent
from engine.ranking.candidates import Candidates
from engine.ranking.references import Reference
from engine.stories.references import known_references, song_reference
from tests.library.test_track_analysis import write_clicks


def test_a_song_from_disk_has_values_like_a_track(tmp_path: Path) -> None:
    path = tmp_path / "my song.wav"
    write_clicks(path, 120, 20)
    reference = song_reference(path, silent())
    assert reference == Reference("my song", reference.content_hash, path)
    pack, libraries = MatchingPack.load(), Libraries()
    known, notes = known_references([reference], Candidates(()), pack, libraries, silent())
    assert notes == []
    assert np.linalg.norm(known[0].learned) > 0.99
    assert known[0].axes.any() and np.abs(known[0].axes).max() <= 1
    # Bundled tracks are found by their bytes when the ranked ones are others.
    track = next(iter(libraries.tracks()))
    bundled = Reference(track.title, track.file.content_hash)
    found, notes = known_references([bundled], Candidates(()), pack, libraries, silent())
    assert notes == [] and np.linalg.norm(found[0].learned) > 0.99
