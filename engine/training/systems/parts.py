"""Helps that any learned system can be given: "cmvae+within+erasure" is `cmvae` with two of them.

None of them belongs to one paper's idea, so that a comparison must give them to all systems or to
none. Professionals' pairs, the third, are a setting of the data.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer, System

SEPARATOR = "+"
_FROM_RANDOM = 4.0
"""Times the learning rate: random weights have a longer way to go than canonical axes."""


def _from_random(config: TrainingConfig) -> TrainingConfig:
    rate = _FROM_RANDOM * config.learning_rate
    return replace(config, start_ridge=0.0, learning_rate=rate)


PARTS: dict[str, Callable[[TrainingConfig], TrainingConfig]] = {
    "scratch": _from_random,
    "within": lambda config: replace(config, within_uploaders=True),
    "erasure": lambda config: replace(config, erase_taste=True),
}
"""What each part changes in the shared settings, in the order of names: "scratch" starts from
random weights, "within" from the correlations within uploaders (`start_from_correlation`) instead
of the plain ones; "erasure" takes from the picture what predicts taste (`erase_concept`)."""


@dataclass(frozen=True, slots=True)
class SystemWithParts:
    """A system that is fitted with some parts.

    Attributes:
        base: the system, with the name of the whole.
        parts: keys of `PARTS`.
    """

    base: System
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in the registry and the table."""
        return self.base.name

    @property
    def needs_pgc(self) -> bool:
        """Whether it can't be fitted without professionals' pairs."""
        return self.base.needs_pgc

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit with the settings of the parts; see `System`."""
        for part in self.parts:
            config = PARTS[part](config)
        return self.base.fit(data, config, progress)


def without_parts(system: System) -> System:
    """Return the system itself, whose fields are the settings of its own."""
    return system.base if isinstance(system, SystemWithParts) else system
