"""The text expert: what music a sentence asks for, and how far its words are understood."""

from functools import cache
from pathlib import Path
from typing import Final, Self

import numpy as np

from engine.encoders.experts import Gaussian
from engine.encoders.pack_manifest import load_manifest, reinstall
from engine.encoders.sentences import SentenceEncoder, network_version
from engine.encoders.session import OnnxModel, open_model
from engine.encoders.wants import AXES
from engine.errors import PackError
from engine.paths import bundled_models_dir
from engine.translation import tr

PACK: Final = "words"
PACK_KIND: Final = "words"
NETWORK: Final = "wants.onnx"


class TextExpert:
    """From a sentence to the wants, along `AXES`.

    Attributes:
        prior: of the wants of sentences; the expert's factor belongs beside it.
    """

    def __init__(self, encoder: SentenceEncoder, model: OnnxModel, prior: Gaussian) -> None:
        self._encoder = encoder
        self._model = model
        self.prior = prior

    @classmethod
    def load(cls, folder: Path | None = None, n_threads: int | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one, with the bundled sentence network.

        Raises:
            PackError: when a pack is missing, edited or of another kind, or the sentence network
                isn't the one that the expert was trained with.
        """
        where = folder or bundled_models_dir() / PACK
        manifest = load_manifest(where)
        try:
            if manifest.kind != PACK_KIND:
                raise ValueError(f"its kind is {manifest.kind}")
            if list(manifest.extra["axes"]) != list(AXES):
                raise ValueError("it has other axes")
            if manifest.feature_versions["sentences"] != network_version():
                raise ValueError("it was trained with another sentence network")
            variance = np.asarray(manifest.extra["variance"], np.float32)
            precision = np.asarray(1 / variance, np.float32)
            prior = Gaussian(np.zeros(len(AXES), np.float32), precision)
        except (KeyError, TypeError, ValueError) as error:
            raise PackError(
                tr("the folder contains no usable text expert ({reason}).").format(reason=error),
                path=where,
                remedy=reinstall(),
            ) from error
        model = open_model(where, manifest, NETWORK, n_threads)
        return cls(SentenceEncoder.load(n_threads=n_threads), model, prior)

    def expert(self, text: str) -> Gaussian:
        """Return the factor of one sentence over the 26 axes; precision near 0 if not understood.

        Raises:
            InputError: when the text is empty or too long.
        """
        out = self._model.run(sentence=self._encoder.embed([text]))
        return Gaussian(out["mean"][0], out["precision"][0])


@cache
def text_expert() -> TextExpert:
    """Return the bundled text expert, loaded once."""
    return TextExpert.load()
