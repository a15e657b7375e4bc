"""A candidate is published all the same, or a pack is deleted."""

from pathlib import Path

import pytest

from engine.encoders.pack_manifest import load_manifest
from engine.errors import InputError, PackError
from engine.path_checks import is_there
from engine.paths import user_models_dir
from engine.progress import silent
from engine.stories.choose_pack import use_pack
from engine.stories.known_packs import bundled_pack, candidate_reason
from engine.stories.publish_pack import discard_pack, publish_candidate
from tests.current_packs import WHY, current_pack


@pytest.fixture
def candidate() -> Path:
    return current_pack("mine-candidate", extra={"candidate": WHY})


def test_a_candidate_takes_the_place_that_was_asked_for(candidate: Path) -> None:
    out = user_models_dir() / "mine"
    publish_candidate(candidate, out)
    assert candidate_reason(load_manifest(out)) == ""
    assert not is_there(candidate)
    assert sorted(path.name for path in user_models_dir().iterdir()) == ["mine"]
    # Without force, as any published pack.
    assert use_pack(out, silent()).folder == out
    with pytest.raises(InputError, match="published already"):
        publish_candidate(out, user_models_dir() / "another")


def test_what_has_the_name_stays(candidate: Path) -> None:
    other = current_pack("mine")
    before = load_manifest(other)
    with pytest.raises(InputError, match=r"mine: something with this name.*publish the candidate"):
        publish_candidate(candidate, other)
    assert load_manifest(other) == before
    assert candidate_reason(load_manifest(candidate)) == WHY


def test_a_damaged_candidate_is_not_published(candidate: Path) -> None:
    (candidate / "music.onnx").write_bytes(b"torn")
    with pytest.raises(PackError):
        publish_candidate(candidate, user_models_dir() / "mine")
    assert not is_there(user_models_dir() / "mine")


def test_a_candidate_in_use_is_not_published(candidate: Path) -> None:
    use_pack(candidate, silent(), force=True)
    with pytest.raises(InputError, match="ranked with this pack"):
        publish_candidate(candidate, user_models_dir() / "mine")
    assert not is_there(user_models_dir() / "mine")


def test_only_packs_that_nobody_needs_are_deleted(candidate: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="isn't a matching pack of yours"):
        discard_pack(bundled_pack())
    with pytest.raises(InputError, match="isn't a matching pack of yours"):
        discard_pack(tmp_path)
    use_pack(candidate, silent(), force=True)
    with pytest.raises(InputError, match="ranked with this pack"):
        discard_pack(candidate)
    assert is_there(candidate) and is_there(bundled_pack())
    use_pack(bundled_pack(), silent())
    discard_pack(candidate)
    assert not is_there(candidate)
