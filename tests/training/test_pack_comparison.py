"""What a pack's manifest says of its comparison, in words."""

from pathlib import Path
from typing import Any

import pytest

from engine.training.pack_comparison import Comparison, as_dict, change_of, words_of, words_of_pack
from engine.training.paired_ranks import PairedInterval
from tests.current_packs import current_pack

COMPARISON = Comparison("soundbed-2", PairedInterval(-0.03, -0.05, 0.01, 20, 9), 0.31, 0.28)


def test_a_comparison_is_read_as_it_was_written() -> None:
    words = words_of_pack(current_pack("mine", extra={"compared": as_dict(COMPARISON)}))
    assert words == change_of(COMPARISON)
    assert words.startswith("Compared with soundbed-2: the own music of 20 clips moves up by +3.0")


def test_a_pack_that_was_not_compared_says_nothing(tmp_path: Path) -> None:
    nothing = Comparison("soundbed-2", problem="All edits are from one source.")
    assert words_of({"compared": as_dict(nothing)}) == ""
    assert words_of_pack(current_pack("mine")) == ""
    assert words_of_pack(tmp_path / "gone") == ""


@pytest.mark.parametrize(
    "change",
    [
        {"mean": None},
        {"mean": "x"},
        {"high": 1e300},
        {"n_clips": 0},
        {"n_clips": 2.5},
        {"with": ["x"]},
    ],
)
def test_what_is_no_comparison_is_none(change: dict[str, Any]) -> None:
    assert words_of({"compared": {**as_dict(COMPARISON), **change}}) == ""


def test_a_strangers_name_is_shown_as_plain_short_text() -> None:
    entry = {**as_dict(COMPARISON), "with": "x\x1b[31m" * 1000}
    words = words_of({"compared": entry})
    assert words.isprintable() and len(words) < 1000
