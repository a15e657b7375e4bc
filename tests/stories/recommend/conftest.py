"""A library of three tracks and clips, ranked by a pack whose scores are readable."""

from pathlib import Path

import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.text import TextExpert
from engine.library.library import Library
from engine.stories import recommend as story
from engine.stories.analyse import ClipAnalysis
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.stories.recommend.readable import clip_of, readable_pack, stored
from tests.tiny_matching import tiny_clip


@pytest.fixture
def clip() -> ClipAnalysis:
    """It asks for nothing by name, and for the first of the learned axes."""
    return clip_of(tiny_clip([[0, 0, 0, 1]] * 20, version=VIDEO_FEATURES_VERSION))


@pytest.fixture
def black() -> ClipAnalysis:
    return clip_of(tiny_clip([[0, 0, 0, 1]] * 20, details=0.0, version=VIDEO_FEATURES_VERSION))


@pytest.fixture(scope="module")
def pack() -> MatchingPack:
    return readable_pack()


@pytest.fixture(autouse=True)
def active_pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pack: MatchingPack) -> None:
    monkeypatch.setattr("engine.paths.assets_dir", lambda: tmp_path / "assets")
    monkeypatch.setattr(story, "matching_pack", lambda _: pack)
    monkeypatch.setattr("engine.stories.embed.profile_pack_id", lambda: "profile 1")


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Files that are there: what they hold doesn't matter to the ranking."""
    folder = tmp_path / "music"
    folder.mkdir()
    for name in "abcde":
        (folder / f"{name}.mp3").write_bytes(b"")
    return folder


@pytest.fixture
def library(music: Path) -> Library:
    own = Library.open()
    folder = own.folders.add(music)
    for name, cosine, genre in (("a", 0.1, "jazz"), ("b", 0.9, "jazz"), ("c", 0.5, "metal")):
        own.files.store(folder.id, stored(music / f"{name}.mp3", cosine, genre))
    return own


@pytest.fixture(scope="module")
def text() -> TextExpert:
    """The bundled expert, loaded before the assets are replaced."""
    return TextExpert.load()
