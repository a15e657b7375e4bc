"""The most likely pieces of a text, on vocabularies small enough to check by hand."""

import numpy as np
import pytest

from engine.encoders.pieces import END, START, UNKNOWN, PieceTokenizer, normalised

MARKS = ["<unk>", "<s>", "</s>"]


def tokenizer(**scores: float) -> PieceTokenizer:
    pieces = [*MARKS, *(piece.replace("_", "▁") for piece in scores)]
    return PieceTokenizer(pieces, np.array([0, 0, 0, *scores.values()], np.float32), len(MARKS))


def test_the_segmentation_with_the_highest_sum_wins() -> None:
    # "▁ab" is -5 alone; "▁a" and "b" together are -4.
    assert tokenizer(_ab=-5, _a=-2, b=-2).numbers("ab") == [START, 4, 5, END]
    assert tokenizer(_ab=-3, _a=-2, b=-2).numbers("ab") == [START, 3, END]


def test_each_unknown_character_is_one_unknown_piece() -> None:
    assert tokenizer(_a=-1, _=-1).numbers("a éß") == [START, 3, 4, UNKNOWN, UNKNOWN, END]


def test_a_mark_in_the_text_is_no_mark() -> None:
    assert END not in tokenizer(_=-1, s=-1).numbers("</s>")[1:-1]


def test_an_empty_text_is_one_unknown_piece() -> None:
    assert tokenizer(a=-1).numbers("") == [START, UNKNOWN, END]


def test_text_is_normalised() -> None:
    assert normalised("  ﬁne \u3000Ａ\tb ") == "▁fine▁A▁b"


def test_pieces_and_scores_belong_together() -> None:
    with pytest.raises(ValueError, match="as many scores"):
        PieceTokenizer(MARKS, np.zeros(2, np.float32), 3)
    with pytest.raises(ValueError, match="empty"):
        PieceTokenizer(MARKS, np.zeros(3, np.float32), 3)
