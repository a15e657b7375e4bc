"""Instruments that the tagging network finds."""

import numpy as np

from engine.encoders.audio import MTT_TAGS
from engine.encoders.instruments import INSTRUMENTS, recognised_instruments


def test_a_tag_counts_from_its_own_threshold() -> None:
    tags = np.zeros(50, np.float32)
    assert recognised_instruments(tags) == ()
    tags[MTT_TAGS.index("piano")] = 0.19
    tags[MTT_TAGS.index("drums")] = 0.06
    assert recognised_instruments(tags) == ("drums",)
    tags[MTT_TAGS.index("piano")] = 0.21
    tags[MTT_TAGS.index("synth")] = 0.5
    assert recognised_instruments(tags) == ("drums", "piano", "synthesizer")
    assert set(recognised_instruments(np.ones(50, np.float32))) <= set(INSTRUMENTS)
