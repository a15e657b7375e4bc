"""Shared fixtures: every test has its own user folders, and real data skip where absent."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def soundbed_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Keep settings, library, cache and log of each test apart from the user's and each other's."""
    home = tmp_path_factory.mktemp("soundbed-home")
    monkeypatch.setenv("SOUNDBED_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real clips, where this checkout stands beside one."""
    folder = SHARED / "media"
    if not folder.is_dir():
        pytest.skip("the folder of real clips (../shared/media) isn't here")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets, where this checkout stands beside one."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real data (../shared/data) isn't here")
    return folder
