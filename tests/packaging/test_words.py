"""The text expert on made-up embeddings, and the table it is trained on."""

from collections import Counter

import numpy as np
import onnxruntime
import pytest

from engine.encoders.wants import AXES, WANTED_GENRES, WANTED_MOODS
from wants.words import TABLE, Sentences, TextHead, fit_words, parse_wants, read_sentences

SAD, JAZZ = AXES.index("sad"), AXES.index("jazz")
N_FEATURES = 16


def near(direction: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Unit vectors around one axis, the cosines of two of them about .9."""
    vectors = 0.08 * rng.normal(size=(n, N_FEATURES))
    vectors[:, direction] += 1
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32)


@pytest.fixture(scope="module")
def head() -> TextHead:
    """Fitted on sad sentences, happy ones, jazz, and ones that say nothing."""
    rng = np.random.default_rng(0)
    wants = np.zeros((120, len(AXES)), np.float32)
    said = np.zeros(wants.shape, np.bool_)
    wants[:30, SAD], wants[30:60, SAD], wants[60:90, JAZZ] = 1, -1, 1
    said[:60, SAD] = True
    # Whatever else a sentence says, "sad" and "happy" aren't jazz.
    said[:90, JAZZ] = True
    names = [f"{kind} {number % 6}" for kind in "shjn" for number in range(30)]
    sentences = Sentences(tuple(map(str, range(120))), tuple(names), wants, said)
    embeddings = np.concatenate([near(direction, 30, rng) for direction in range(4)])
    return fit_words(embeddings, sentences)


def test_a_known_wish_has_its_wants_and_an_unknown_one_no_precision(head: TextHead) -> None:
    rng = np.random.default_rng(1)
    sad, happy, jazz, nothing, unknown = (near(axis, 1, rng) for axis in (0, 1, 2, 3, 9))
    mean, precision = head.predict(np.concatenate([sad, happy, jazz, nothing, unknown]))
    assert mean[0, SAD] > 0.5
    assert mean[1, SAD] < -0.5
    assert mean[2, JAZZ] > 0.5
    assert mean[0, JAZZ] < 0
    assert abs(mean[2, SAD]) < 0.2
    certainty = precision[:, SAD] * head.variance[SAD]
    assert certainty[:3].min() > 1
    assert certainty[3] < 0.05
    assert certainty[4] < 0.5 * certainty[:3].min()


def test_the_exported_head_is_the_fitted_one(head: TextHead) -> None:
    sentence = near(0, 5, np.random.default_rng(2))
    session = onnxruntime.InferenceSession(head.to_onnx(), providers=["CPUExecutionProvider"])
    mean, precision = session.run(["mean", "precision"], {"sentence": sentence})
    expected_mean, expected_precision = head.predict(sentence)
    np.testing.assert_allclose(mean, expected_mean, atol=2e-3)
    np.testing.assert_allclose(precision, expected_precision, rtol=1e-2, atol=1e-2)


def test_a_row_of_wants_is_read() -> None:
    row = dict.fromkeys(("moods", "avoid_moods", "genres", "avoid_genres"), "")
    row |= {"moods": "sad:0.7;calm", "avoid_genres": "metal", "valence": "-0.5", "arousal": "0.25"}
    values = parse_wants(row)
    assert {name: float(value) for name, value in zip(AXES, values, strict=True) if value} == {
        "sad": pytest.approx(0.7),
        "calm": 1,
        "metal": -1,
        "valence": -0.5,
        "arousal": 0.25,
    }


def test_the_table_has_each_phrase_once_and_no_wish_of_the_tests() -> None:
    sentences = read_sentences()
    assert len(sentences.texts) > 2_500
    assert [text for text, n in Counter(sentences.texts).items() if n > 1] == []
    wishes = (TABLE.parents[2] / "tests" / "words" / "wishes.csv").read_text(encoding="utf-8")
    long = [text for text in sentences.texts if len(text) > 20]
    assert [text for text in long if f'"{text}"' in wishes] == []
    assert np.abs(sentences.wants).max() <= 1


def test_what_a_kind_of_sentence_says() -> None:
    sentences = read_sentences()

    def said(text: str) -> tuple[bool, bool]:
        about = sentences.said[sentences.texts.index(text)]
        genres = about[: len(WANTED_GENRES)]
        moods = about[len(WANTED_GENRES) : len(WANTED_GENRES) + len(WANTED_MOODS)]
        return bool(genres.all()), bool(moods.all())

    assert said("melancholic") == (False, True)
    assert said("bebop") == (True, False)
    assert said("outer space") == (True, True)
    assert said("the capital of Norway") == (False, False)
