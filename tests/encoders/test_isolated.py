"""Packs from somewhere else run in a process with limits; the bundled one runs directly."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders import active, matching
from engine.encoders.active import check_packs
from engine.encoders.isolated import IsolatedNetworks, try_network
from engine.encoders.matching import MUSIC, MatchingPack
from engine.encoders.pack_manifest import load_manifest, save_manifest
from engine.encoders.profile import Profile
from engine.errors import PackError
from engine.paths import bundled_models_dir, user_models_dir
from engine.stories import doctor
from tests.robustness.hostile_networks import Networks, hostile_networks
from tests.robustness.hostile_packs import HostilePack, manifest_packs
from tests.tiny_matching import TinyPack, tiny_clip

BUNDLED = bundled_models_dir() / "soundbed-2"
SPACE = str(load_manifest(BUNDLED).embedding_space)
NETWORKS = hostile_networks(3)
# Shapes, kinds and values are tried by running.
TRIED = ["in_7", "in_whole_numbers", "more_outputs", "out_64", "out_half", "out_nan", "out_scalar"]
TRIED += ["computed_shape", "pad", "range"]


class Features:
    """Of a track."""

    version = "music-1"
    vector = np.array([0, 3, 4], np.float32)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TinyPack().write(tmp_path_factory.mktemp("packs") / "good")


@pytest.fixture(scope="module")
def worker(good: Path) -> Iterator[IsolatedNetworks]:
    networks = IsolatedNetworks(good, load_manifest(good), [MUSIC])
    yield networks
    networks.close()


def test_it_gives_the_same_results_as_in_this_process(good: Path) -> None:
    isolated, direct = MatchingPack.load(good), TinyPack().load()
    clip = tiny_clip([[0, 1, 0, 3.0], [2.0, 0, 0, 3.0]], cuts_s=(1.0,))
    profile = Profile(genre="jazz")
    assert np.array_equal(
        isolated.embed_music(Features(), profile).vector,
        direct.embed_music(Features(), profile).vector,
    )
    here, there = direct.read_clip(clip), isolated.read_clip(clip)
    assert np.array_equal(here.learned, there.learned)
    assert here.scenes == there.scenes


def test_the_bundled_pack_runs_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it asks for a process")

    monkeypatch.setattr(matching, "IsolatedNetworks", refuse)
    assert MatchingPack.load(BUNDLED).space == SPACE


@pytest.mark.parametrize("name", TRIED)
def test_what_a_network_returns_is_tried_when_it_is_loaded(
    name: str, good: Path, worker: IsolatedNetworks, tmp_path: Path
) -> None:
    reason, network = NETWORKS[name]
    folder = HostilePack(reason, network).write(good, tmp_path / name)
    source = IsolatedNetworks(folder, load_manifest(folder), [MUSIC]).sources[MUSIC]
    with pytest.raises(PackError, match=reason) as caught:
        worker.perform(try_network, source)
    assert caught.value.exit_code == 2
    assert caught.value.path == folder / MUSIC and caught.value.remedy


def test_a_network_that_takes_too_long_is_ended(good: Path, tmp_path: Path) -> None:
    folder = HostilePack(*NETWORKS["slow"]).write(good, tmp_path / "slow")
    started = os.times()
    with pytest.raises(PackError, match=r"music\.onnx: this network .* needed more time"):
        MatchingPack.load(folder)
    ended = os.times()
    assert (
        ended.children_user + ended.children_system
        < started.children_user + started.children_system + 5
    )


def test_after_a_crash_the_next_call_works(good: Path, tmp_path: Path) -> None:
    pack = MatchingPack.load(good)
    before = pack.embed_music(Features(), Profile()).vector
    networks = IsolatedNetworks(good, load_manifest(good), [MUSIC])
    with pytest.raises(PackError, match="crashed"):
        networks.perform(_crash, networks.sources[MUSIC])
    assert np.array_equal(
        networks.networks()[MUSIC].run(features=Features.vector[None])["embedding"][0, :3],
        np.array([0, 0.6, 0.8], np.float32),
    )
    networks.close()
    assert np.array_equal(pack.embed_music(Features(), Profile()).vector, before)


def _crash(source: object) -> None:
    os.abort()


def test_the_networks_file_is_not_read_outside_its_folder(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "working_directory"
    place.mkdir()
    (place / "weights.bin").write_bytes(bytes(4 * 96))
    monkeypatch.chdir(place)
    folder = HostilePack(*NETWORKS["ext_working_directory"]).write(good, tmp_path / "external")
    with pytest.raises(PackError, match="its weights are in another file"):
        MatchingPack.load(folder)


@pytest.mark.parametrize("name", sorted(manifest_packs(BUNDLED, SPACE)))
def test_manifests_and_folders_that_mean_harm_are_refused(
    name: str, good: Path, tmp_path: Path
) -> None:
    pack = manifest_packs(good, SPACE)[name]
    with pytest.raises(PackError, match=pack.reason) as caught:
        MatchingPack.load(pack.write(good, tmp_path / "hostile"))
    assert len(str(caught.value)) < 1000


def test_a_copy_of_the_bundled_pack_shares_its_space(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(BUNDLED, tmp_path / "copy"))
    assert MatchingPack.load(copy).space == SPACE
    # Under another name, even the same weights have a space of their own.
    manifest = load_manifest(copy)
    save_manifest(copy, replace(manifest, id="mine"))
    with pytest.raises(PackError, match="it claims the embedding space of soundbed-2"):
        MatchingPack.load(copy)
    save_manifest(copy, replace(manifest, id="mine", embedding_space="mine"))
    assert MatchingPack.load(copy).space.startswith("mine@")


def test_a_space_is_that_of_the_weights(tmp_path: Path) -> None:
    first = MatchingPack.load(TinyPack().write(tmp_path / "first"))
    same = MatchingPack.load(TinyPack().write(tmp_path / "same"))
    assert first.space == same.space
    other = Networks(3).model(
        [Networks(3).product, Networks(3).unit_of("m")], [Networks(3).weights]
    )
    changed = HostilePack("", other).write(tmp_path / "first", tmp_path / "changed")
    assert MatchingPack.load(changed).space != first.space
    # Nor can a manifest state the whole name.
    claimed = HostilePack("", other, {"embedding_space": first.space})
    claiming = MatchingPack.load(claimed.write(tmp_path / "first", tmp_path / "claiming"))
    assert claiming.space != first.space


def test_the_space_of_the_pack_in_use_is_known_without_loading_it(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active, "_chosen", lambda: good)
    space = MatchingPack.load(good).space
    monkeypatch.setattr(MatchingPack, "load", None)
    assert active.active_space() == space


def test_doctor_names_a_pack_whose_network_is_not_allowed(good: Path) -> None:
    HostilePack(*NETWORKS["loop"]).write(good, user_models_dir() / "loop")
    HostilePack("", change=lambda folder: None).write(good, user_models_dir() / "good")
    (packs,) = (finding for finding in doctor.examine() if finding.name == "packs")
    assert [problem for problem in packs.problems if "music.onnx" in problem and "Loop" in problem]
    assert len(packs.problems) == 1


def test_packs_are_checked_before_slow_work(good: Path, tmp_path: Path) -> None:
    folder = HostilePack(*NETWORKS["loop"]).write(good, tmp_path / "loop")
    with pytest.raises(PackError, match="the operator Loop isn't allowed"):
        check_packs(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_ends_a_network_that_is_slow(good: Path, tmp_path: Path) -> None:
    folder = HostilePack(*NETWORKS["slow"]).write(good, tmp_path / "slow")
    program = (
        "import sys; from pathlib import Path; from engine.encoders import isolated\n"
        "if __name__ == '__main__':\n"
        "    isolated.processor_s = lambda size: 1000\n"
        "    print('ready', flush=True)\n"
        "    from engine.encoders.matching import MatchingPack\n"
        "    MatchingPack.load(Path(sys.argv[1]))\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    with subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert b"KeyboardInterrupt" in errors
