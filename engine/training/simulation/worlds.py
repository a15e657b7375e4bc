"""Named worlds: the default one, and those in which one assumption or several don't hold."""

from dataclasses import replace

from engine.errors import InputError
from engine.training.simulation.parameters import SimulationConfig
from engine.translation import tr

DEFAULT = "default"
WORLDS: dict[str, SimulationConfig] = {
    DEFAULT: SimulationConfig(),
    # A linear map of the features keeps about a quarter of their variance.
    "nonlinear": SimulationConfig(nonlinearity=1.5),
    # Half of what professionals' features show, they show in another way than uploaders' ones.
    "mixed_pgc": SimulationConfig(pgc_mixing_share=0.5),
    # Professionals' pairs hardly match.
    "bad_pgc": SimulationConfig(pgc_cosine=0.2),
    # They follow a rule, but in half of the dimensions the opposite of what matches.
    "misleading_pgc": SimulationConfig(pgc_reversed_share=0.5),
    # Uploaders film what goes with the genres they like.
    "content_follows_taste": SimulationConfig(content_from_taste=0.5),
    # 120 of them for 24,000 videos, instead of 2,000.
    "few_uploaders": SimulationConfig(videos_per_uploader=200.0),
    # 1,200 professionals' pairs for 24,000 videos, instead of 6,000; 300 for 6,000.
    "pgc_scaled": SimulationConfig(pgc_share=0.05),
    "unconfounded": SimulationConfig(exposure_strength=0.0, choice_strength=0.0),
    # Each less than in the world of its own.
    "several": SimulationConfig(
        nonlinearity=1.0,
        content_from_taste=0.3,
        videos_per_uploader=100.0,
        pgc_share=0.05,
        pgc_cosine=0.6,
        pgc_mixing_share=0.25,
    ),
}
"""Written down before any system was tried on them:

- Development: `DEVELOPMENT_WORLDS` with `DEVELOPMENT_SEEDS`. Rules, such as which criterion chooses
  the teacher's weight, are found here.
- Judgement: every world with `JUDGEMENT_SEEDS`, once, after the rules are fixed.
"""
DEVELOPMENT_WORLDS = (DEFAULT, "bad_pgc", "content_follows_taste", "nonlinear")
DEVELOPMENT_SEEDS = (10, 11, 12)
JUDGEMENT_SEEDS = (0, 1, 2)


def world_named(name: str) -> SimulationConfig:
    """Return a world of `WORLDS`.

    Raises:
        InputError: when there is none of that name.
    """
    if name not in WORLDS:
        raise InputError(
            tr("There is no simulated world called {name}.").format(name=name),
            remedy=tr("Choose from {names}.").format(names=", ".join(WORLDS)),
        )
    return WORLDS[name]


def in_world(name: str, config: SimulationConfig) -> SimulationConfig:
    """Return a world of `WORLDS` with the other parameters, such as the size, of `config`.

    Raises:
        InputError: when there is none of that name.
    """
    return replace(config, **world_named(name).differences())
