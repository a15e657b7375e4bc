"""A real song through the real analysis, in a real worker process."""

import os
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.errors import MediaError
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


@pytest.mark.timeout(60)
def test_what_is_no_song_is_refused_at_once_with_its_name_and_what_to_do(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "endless.mp3").symlink_to("/dev/zero")
    (tmp_path / "folder.mp3").mkdir()
    (tmp_path / "empty.mp3").touch()
    for name in ("pipe.mp3", "endless.mp3", "folder.mp3", "empty.mp3", "missing.mp3"):
        with pytest.raises(MediaError) as caught:
            song_reference(tmp_path / name, silent())
        assert caught.value.path == tmp_path / name
        assert caught.value.remedy
