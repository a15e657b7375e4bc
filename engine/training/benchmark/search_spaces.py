"""What is searched of each system: the learning rate, and two or three weights of its own."""

from collections.abc import Mapping, Sequence

from engine.training.systems.parts import SEPARATOR

Value = float | tuple[float, ...]
"""Of a searched field: a number, or several, such as the coefficients of a polynomial."""
Space = Mapping[str, Sequence[Value]]
"""Values of each searched field, the default first: a field of the system, or of the shared
configuration if the system has none of that name."""

_LEARNING_RATES = (5e-4, 2e-4, 1e-3, 2e-3)
_DROPOUTS = (0.2, 0.0, 0.4)
_GENERATION_WEIGHTS = (0.1, 0.0, 0.3, 1.0)
_PRIOR_WEIGHTS = (0.01, 0.001, 0.1)
_LABEL_WEIGHTS = (0.1, 0.03, 0.3, 1.0)
_TEACHER_WEIGHTS = (0.1, 0.03, 0.3, 1.0)
_SMOOTHINGS = (0.2, 0.1, 0.5)
_VARIATIONAL: Space = {
    "generation_weight": _GENERATION_WEIGHTS,
    "prior_weight": _PRIOR_WEIGHTS,
    "dropout": _DROPOUTS,
}
_STUDENT: Space = {
    "teacher_weight": _TEACHER_WEIGHTS,
    "generation_weight": _GENERATION_WEIGHTS,
    "dropout": _DROPOUTS,
}
_INTERACTION: Space = {
    "teacher_weight": _TEACHER_WEIGHTS,
    "bias_scale": (0.5, 0.25, 1.0),
    "taste_rate": (1.0, 10.0, 40.0),
}
_OWN: Mapping[str, Space] = {
    "cevar": {"margin": (0.2, 0.0, 0.4), "negative_share": (0.6, 0.4, 0.8), "dropout": _DROPOUTS},
    "cbvmr": {"structure_weight": (3.0, 0.3, 1.0, 10.0), "dropout": _DROPOUTS},
    "dscmr": {
        "label_weight": (0.1, 0.0, 0.3),
        "invariance_weight": (0.1, 0.03, 0.3),
        "sharpness": (2.5, 1.0, 5.0),
    },
    "uwml": {
        "positive": ((0.5, -0.7, 0.2), (0.5, -0.5), (1.0, -1.4, 0.4)),
        "negative": ((0.03, -0.4, 0.9), (0.03, -0.4, 1.8), (0.0, 0.2, 0.4)),
        "dropout": _DROPOUTS,
    },
    "dualvae": {
        "rebuilding_weight": (0.1, 0.03, 0.3, 1.0),
        "prior_weight": _PRIOR_WEIGHTS,
        "dropout": _DROPOUTS,
    },
    "cmvae": _VARIATIONAL,
    "yuyin": {
        "margin": (0.05, 0.1, 0.2),
        "tag_weight": (0.1, 0.0, 0.3),
        "category_weight": (0.01, 0.0, 0.1),
    },
    "ips": {"smoothing": _SMOOTHINGS, "clip": (5.0, 2.0, 10.0), "label_weight": _LABEL_WEIGHTS},
    "du": {
        "smoothing": _SMOOTHINGS,
        "sharpness": (5.0, 2.0, 10.0),
        "label_weight": _LABEL_WEIGHTS,
    },
    "calibration": {
        "weight": (0.1, 0.03, 0.3),
        "label_weight": _LABEL_WEIGHTS,
        "dropout": _DROPOUTS,
    },
    "decrs": {
        "label_weight": _LABEL_WEIGHTS,
        "exponent": (0.2, 0.5, 1.0),
        "dropout": _DROPOUTS,
    },
    "debcm-paper": _STUDENT,
    "debcm-residual": _STUDENT,
    "debcm-none": _STUDENT,
    "debcm-interaction": _INTERACTION,
    "debcm": _INTERACTION,
    "cmvae-guarded": _VARIATIONAL,
    "debcm-guarded": _VARIATIONAL,
    "teacher": _VARIATIONAL,
}
SPACES: Mapping[str, Space] = {
    name: {"learning_rate": _LEARNING_RATES, **own} for name, own in _OWN.items()
}
"""By name of the system without parts. `cca` is left out: its fit chooses among 42 settings by
validation, as they cost next to nothing. So is `shipped`, whose settings are the bundled pack's."""


def space_of(system: str) -> Space | None:
    """Return what is searched of a system, with parts or without; None for nothing."""
    return SPACES.get(system.split(SEPARATOR)[0])
