import os
from pathlib import Path

import numpy as np

from engine.encoders.profile import Profile
from engine.library.files import AnalysedFile
from engine.library.grouping import group_by_folder
from engine.library.library import Library
from engine.library.tracks import TrackFile
from engine.media.tags import Tags


def add(library: Library, path: Path) -> int:
    file = TrackFile(path, 10, 1, path.name, 60.0, "music-1")
    analysed = AnalysedFile(file, Tags(title=path.stem), Profile(), b"features", "profile 1")
    return library.files.store(None, analysed)


def test_tracks_are_grouped_by_the_innermost_folder(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    music, pack = tmp_path / "music", tmp_path / "music" / "pack"
    # A folder whose name begins alike isn't inside, and names needn't be UTF-8.
    odd = Path(os.fsdecode(os.fsencode(music) + b"/\xff"))
    paths = (music / "a.mp3", tmp_path / "music2" / "b.mp3", pack / "c.mp3", odd / "d.mp3",
             pack / "deep" / "e.mp3")  # fmt: skip
    numbers = [add(library, path) for path in paths]
    library.files.mark([library.tracks.get(numbers[4]).file], "offline")
    groups = group_by_folder(library, (music, pack))
    assert {key: group.ids.tolist() for key, group in groups.items()} == {
        music: [numbers[0], numbers[3]],
        pack: [numbers[2], numbers[4]],
        None: [numbers[1]],
    }
    assert groups[pack].n_by_state == {"ready": 1, "offline": 1}


def test_an_empty_folder_has_an_empty_group(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    groups = group_by_folder(library, (tmp_path,))
    assert groups[tmp_path].ids.dtype == np.int64
    assert [len(group.ids) for group in groups.values()] == [0, 0]
