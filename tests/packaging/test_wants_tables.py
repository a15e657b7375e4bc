"""Tables of written wants."""

from pathlib import Path

import numpy as np
import pytest

from engine.encoders.wants import AXES, N_AXES
from wants.tables import IMAGENET, Wants, imagenet_values, read_rows, read_wants

HEADER = "classes,moods,avoid_moods,genres,avoid_genres,valence,arousal\n"
JAZZ, METAL, SAD, CALM, EPIC = (AXES.index(n) for n in ("jazz", "metal", "sad", "calm", "epic"))


def parsed(line: str, folder: Path) -> Wants:
    table = folder / "wants.csv"
    table.write_text(HEADER + line)
    (wants,) = read_wants(table, "classes").values()
    return wants


def test_a_row_has_weights_and_what_to_avoid(tmp_path: Path) -> None:
    wants = parsed("x,sad:0.4;calm:1,epic,jazz:0.5,metal,-0.3,0.8\n", tmp_path)
    assert wants.weights[[SAD, CALM, JAZZ]].tolist() == [0.4, 1, 0.5]
    assert wants.weights[-2:].tolist() == [-0.3, 0.8]
    assert np.flatnonzero(wants.avoided).tolist() == sorted([EPIC, METAL])
    # Clearly wanted from one half on.
    assert wants.values[[SAD, CALM, JAZZ, EPIC, METAL]].tolist() == [0.5, 1.5, 1.5, -1, -1]
    assert wants.values[-2:].tolist() == [-0.3, 0.8]
    assert np.count_nonzero(wants.values) == 7


def test_nothing_is_wanted_by_an_empty_row(tmp_path: Path) -> None:
    assert not parsed("x,,,,,,\n", tmp_path).values.any()


@pytest.mark.parametrize("line", ["x,grumpy:1,,,,,\n", "x,,,,polka,,\n", "x,sad:much,,,,,\n"])
def test_a_word_that_is_no_axis_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"not in tuple|convert"):
        parsed(line, tmp_path)


def test_most_classes_of_imagenet_have_wants() -> None:
    values = imagenet_values()
    assert values.shape == (1000, N_AXES - 2)
    # Those without have the mean of the others.
    mean = values.mean(axis=0)
    n_known = int((np.abs(values - mean) > 1e-9).any(axis=1).sum())
    assert n_known >= 900
    assert values.min() == -1 and values.max() == 1.5
    # Every want occurs: none of the axes rests on the clips alone.
    assert ((values > 0).any(axis=0)).all()


def test_a_row_of_imagenet_asks_for_something_and_contradicts_nothing() -> None:
    for row in read_rows(IMAGENET):
        wants = Wants.parse(row)
        assert wants.weights.any(), row["group"]
        assert not (wants.avoided & (wants.weights > 0)).any(), row["group"]


def test_a_class_of_two_rows_has_their_mean(tmp_path: Path) -> None:
    table = tmp_path / "classes.csv"
    table.write_text(HEADER + "0 3-5,sad:1,,,,,\n4,,sad,,,,\n")
    values = imagenet_values(table)
    assert values[[0, 3, 4, 5], SAD].tolist() == [1.5, 1.5, 0.25, 1.5]
    # All others: the mean of the four.
    assert values[[1, 999], SAD] == pytest.approx([(3 * 1.5 + 0.25) / 4] * 2)


@pytest.mark.parametrize("classes", ["1000", "998-1001", "-3"])
def test_a_class_that_isnt_there_is_refused(classes: str, tmp_path: Path) -> None:
    table = tmp_path / "classes.csv"
    table.write_text(HEADER + f"{classes},sad:1,,,,,\n")
    with pytest.raises(ValueError, match=r"doesn't have|invalid literal"):
        imagenet_values(table)
