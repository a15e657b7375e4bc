"""The bundled text expert: what it says of sentences, and packs that it refuses."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.pack_manifest import load_manifest, save_manifest
from engine.encoders.text import PACK, TextExpert
from engine.encoders.wants import AXES, N_AXES
from engine.errors import InputError, PackError
from engine.paths import bundled_models_dir


@pytest.fixture(scope="module")
def text() -> TextExpert:
    return TextExpert.load(n_threads=1)


def said(text: TextExpert, sentence: str) -> tuple[dict[str, float], float]:
    """Return the mean of each axis, and the greatest precision in those of the prior."""
    expert = text.expert(sentence)
    certainty = float((expert.precision / text.prior.precision).max())
    return dict(zip(AXES, expert.mean.tolist(), strict=True)), certainty


@pytest.mark.parametrize(
    ("sentence", "high", "low"),
    [
        ("a ghost in the cellar of the old castle", "dark", "happy"),
        ("children splash in the paddling pool", "playful", "dark"),
        ("der Held kehrt siegreich heim", "epic", "calm"),
        ("一个人在雨中哭泣", "sad", "playful"),
        ("a saxophone in a basement club", "jazz", "metal"),
    ],
)
def test_a_sentence_asks_for_what_it_means(
    text: TextExpert, sentence: str, high: str, low: str
) -> None:
    means, certainty = said(text, sentence)
    assert means[high] > 0.2
    assert means[low] < -0.1
    assert certainty > 0.25


@pytest.mark.parametrize(
    "sentence",
    ["vrrkt plomb zzix", "your parcel number is 88412", "ბავშვი მიდის სახლში", "12 34 56"],
)
def test_what_isnt_understood_has_almost_no_precision(text: TextExpert, sentence: str) -> None:
    assert said(text, sentence)[1] < 0.05


def test_a_text_that_is_too_long_is_refused(text: TextExpert) -> None:
    with pytest.raises(InputError, match="too long"):
        text.expert("sad " * 2_500)
    assert text.expert("sad").mean.shape == (N_AXES,)
    assert (text.prior.precision > 0).all()


def test_an_expert_for_another_sentence_network_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bundled_models_dir() / PACK, tmp_path / PACK))
    manifest = load_manifest(folder)
    save_manifest(folder, replace(manifest, feature_versions={"sentences": "other 1"}))
    with pytest.raises(PackError, match="another sentence network"):
        TextExpert.load(folder)
    save_manifest(folder, replace(manifest, extra={**manifest.extra, "axes": ["happy"]}))
    with pytest.raises(PackError, match="other axes"):
        TextExpert.load(folder)
    with pytest.raises(PackError, match="its kind is audio"):
        TextExpert.load(bundled_models_dir() / "musicnn")


def test_the_exported_expert_is_the_fitted_one() -> None:
    extra = load_manifest(bundled_models_dir() / PACK).extra
    assert extra["parity"] < 2e-3
    assert np.asarray(extra["variance"]).shape == (N_AXES,)
