"""`soundbed pack`: what it prints, and its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.errors import display_path
from engine.stories.known_packs import bundled_pack, pack_in_use
from engine.training.compare_packs import ComparedPack, PackComparison
from engine.training.data.features_cache import FeatureOptions
from engine.training.paired_ranks import PairedInterval
from tests.current_packs import WHY, current_pack

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parents[2]


def test_packs_are_listed_with_their_state(capsys: Capture) -> None:
    current_pack("mine", seen=frozenset({"0" * 16}), extra={"candidate": WHY})
    (current_pack("torn") / "manifest.json").write_text("{")
    assert main(["pack", "list"]) == 0
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert ["in", "use", "soundbed-2", "bundled", "usable", "5505"] in [line[:6] for line in lines]
    assert ["mine", "yours", "candidate", "1"] in [line[:4] for line in lines]
    assert ["torn", "yours", "unusable", "–"] in [line[:4] for line in lines]
    assert f"Only a candidate: {WHY}" in out
    assert "manifest is damaged" in out


def test_a_folder_without_a_pack_is_listed_with_the_reason(capsys: Capture, tmp_path: Path) -> None:
    assert main(["pack", "list", str(tmp_path), str(tmp_path / "gone")]) == 0
    out = capsys.readouterr().out
    assert "there is no matching pack in this folder." in out
    assert "there is no such folder." in out


def test_the_list_as_json(capsys: Capture) -> None:
    folder = current_pack("mine", extra={"candidate": WHY})
    assert main(["pack", "list", "--json"]) == 0
    bundled, mine = json.loads(capsys.readouterr().out)["packs"]
    assert (bundled["id"], bundled["in_use"], bundled["candidate"]) == ("soundbed-2", True, None)
    assert mine == {
        "id": "mine", "path": str(folder), "place": "models", "in_use": False, "candidate": WHY,
        "training_data": "none", "n_seen": 0, "seen_is_complete": True, "problem": None,
    }  # fmt: skip


def test_one_pack_is_used_and_left_again(capsys: Capture) -> None:
    folder = current_pack("mine")
    assert main(["pack", "use", "mine"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"Clips are now ranked with mine: {display_path(folder)}"
    assert out[-1].startswith(f"Before it was {display_path(bundled_pack())}. To go back: soundbed")
    assert pack_in_use() == folder
    assert main(["pack", "rollback"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Clips are now ranked with soundbed-2")
    assert out[-1] == (
        f"Before it was {display_path(folder)}. To use that again: soundbed pack use FOLDER"
    )
    assert main(["pack", "rollback"]) == 2
    assert "No other matching pack was in use before." in capsys.readouterr().err


def test_a_candidate_is_refused_and_forced(capsys: Capture) -> None:
    folder = current_pack("worse", extra={"candidate": WHY})
    assert main(["pack", "use", str(folder)]) == 2
    assert f"only a candidate: {WHY} Compare it" in capsys.readouterr().err
    assert pack_in_use() == bundled_pack()
    assert main(["pack", "use", str(folder), "--force"]) == 0
    assert f"worse is only a candidate: {WHY}" in capsys.readouterr().err
    assert pack_in_use() == folder


def comparison(low: float, high: float, n_seen: int = 0) -> PackComparison:
    packs = [ComparedPack(Path("/packs") / name, name, "", 0.4) for name in ("a", "b")]
    interval = PairedInterval((low + high) / 2, low, high, 40, 12)
    skipped = ((Path("bad.mp4"), "the file is empty."),)
    return PackComparison(packs[0], packs[1], interval, n_seen, skipped, ("Mind this.",))


@pytest.mark.parametrize(
    ("low", "high", "verdict", "word"),
    [
        (-0.1, -0.02, "B is better than A.", "better"),
        (0.02, 0.1, "B is worse than A.", "worse"),
        (-0.1, 0.02, "It isn't known whether B is better or worse than A.", "unknown"),
        (-1.0, 0.0, "It isn't known whether B is better or worse than A.", "unknown"),
    ],
)
def test_a_comparison_says_plainly_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    low: float,
    high: float,
    verdict: str,
    word: str,
) -> None:
    asked: list[tuple[object, ...]] = []

    def compare(*arguments: object) -> PackComparison:
        asked.append(arguments)
        return comparison(low, high, n_seen=3)

    monkeypatch.setattr("engine.training.compare_packs.compare_packs", compare)
    folder = current_pack("mine")
    command = ["pack", "compare", "soundbed-2", "mine", "--edits", "e", "--cache", "c"]
    assert main(command) == 0
    first, second, choices, _ = asked[0]
    assert (first, second) == (bundled_pack(), folder)
    assert vars_of(choices) == (Path("e"), False, FeatureOptions(Path("c")))
    out, err = capsys.readouterr()
    assert verdict in out.splitlines()
    assert f"95 % interval: {100 * low:+.1f} to {100 * high:+.1f}" in out
    assert "Compared: 40 choices of 12 sources" in out
    assert "3 choices were left out, because a pack has learnt from their clips." in out
    assert "bad.mp4: the file is empty." in err and "Mind this." in err
    assert main([*command, "--picks", "--json"]) == 0
    assert vars_of(asked[1][2])[1] is True
    found = json.loads(capsys.readouterr().out)
    assert found["second_is"] == word
    mean = pytest.approx((low + high) / 2)
    assert found["difference"] == {"mean": mean, "low": low, "high": high}
    assert (found["n"], found["n_sources"], found["n_seen"]) == (40, 12, 3)
    assert found["first"] == {"id": "a", "path": "/packs/a", "candidate": None, "mean_rank": 0.4}
    assert found["skipped"] == [{"path": "bad.mp4", "reason": "the file is empty."}]


def vars_of(choices: object) -> tuple[object, ...]:
    return tuple(getattr(choices, name) for name in ("edits", "with_picks", "features"))


def test_what_is_asked_wrongly_ends_with_2(capsys: Capture) -> None:
    assert main(["pack", "compare", "soundbed-2", "soundbed-2"]) == 2
    assert "Add --edits SPEC, --picks, or both." in capsys.readouterr().err
    assert main(["pack", "use", "none"]) == 2
    assert "no such matching pack" in capsys.readouterr().err


def test_no_action_needs_torch(tmp_path: Path) -> None:
    folder = current_pack("mine")
    code = f"""
import sys
sys.modules["torch"] = None
from engine.__main__ import main
for arguments in (["list"], ["use", {str(folder)!r}], ["rollback"],
                  ["compare", "soundbed-2", "mine", "--picks"]):
    print(main(["pack", *arguments]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )
    codes = [line for line in done.stdout.splitlines() if line.isdigit()]
    # There is nothing to compare.
    assert codes == ["0", "0", "0", "2"], done.stderr
    assert "no clip is left" in done.stderr
