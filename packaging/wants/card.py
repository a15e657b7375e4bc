"""The part of the model card on the picture's experts."""

import numpy as np

from engine.encoders.wants import AXES
from wants.experts import Inputs, PictureExperts

_TEMPLATE = """
## The picture's experts

Two experts say what music a picture asks for, along 14 genres, ten moods, valence and arousal:
*content* (what is shown) and *dynamics* (motion, cuts, spread of the embeddings). They are ridge
regressions, fused by a product of experts; on a still, dynamics is silent.

They learnt from {n_stills} photographs (scenes and OASIS) and {n_clips} clips whose wants were
written by a language model that was shown contact sheets, **not by people**; and from what the
1,000 classes of ImageNet ask for by their names, written by a language model that had read the
scenes' table. Own figures measured against such wants say how well the experts agree with that
model, no more.

Share of the variance of the wants that is explained on held-out sources:

{table}
"""


def wants_card(experts: PictureExperts, inputs: Inputs, n_clips: int) -> str:
    """Return the text in Markdown."""
    lines = ["| | content | dynamics |", "|---|---|---|"]
    for axis, name in enumerate(AXES):
        shares = []
        for precision in (experts.content.precision, experts.dynamics.precision):
            variance = 1 / (precision[axis] + 1 / experts.prior_variance[axis])
            shares.append(1 - variance / experts.prior_variance[axis])
        lines.append(f"| {name} | {shares[0]:.2f} | {shares[1]:.2f} |")
    known = np.isfinite(inputs.wants).all(axis=1) & ~inputs.is_clip
    return _TEMPLATE.format(n_stills=int(known.sum()), n_clips=n_clips, table="\n".join(lines))
