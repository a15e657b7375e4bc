"""What the tests of installing and removing music packs share."""

from pathlib import Path

import pytest

import engine.media.worker
from engine.library.library import Library
from engine.stories import install_pack as story
from tests.music_packs.samples import write_pack
from tests.stories.installing import PoolInThisProcess


@pytest.fixture
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.media.worker, "WorkerPool", PoolInThisProcess)
    monkeypatch.setattr(story, "embed_with_active_pack", lambda *_: None)
    monkeypatch.setattr("engine.stories.index.embed_with_active_pack", lambda *_: None)


@pytest.fixture
def library() -> Library:
    return Library.open()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "a.soundbed.zip")
