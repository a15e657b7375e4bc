"""A system with its own settings, and the configuration that all systems share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import System
from engine.training.systems.parts import without_parts
from engine.training.systems.registry import configuration

MakeSystem = Callable[..., System]
"""Makes a system by its name, with fields of it as keywords."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is set differently from the configurations that systems have by themselves.

    Attributes:
        of_data: fields of the shared configuration that suit the data; a system with a
            configuration of its own keeps it.
        asked: fields that are asked for, of all systems.
    """

    of_data: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return both, as JSON can hold them."""
        return {**self.of_data, **self.asked}


def configured(
    make: MakeSystem, name: str, settings: Mapping[str, Any], changes: Changes, seed: int
) -> tuple[System, TrainingConfig]:
    """Return a system and the configuration that it is fitted with: a recipe.

    Args:
        make: makes the system.
        name: of the system.
        settings: fields of the system that differ from its defaults; what isn't a field of the
            system is one of the configuration, for this system alone.
        changes: for all systems.
        seed: of the fit.
    """
    own, shared = split_settings(make(name), settings)
    config = configuration(name, **changes.of_data)
    return make(name, **own), replace(config, **{**changes.asked, **shared, "seed": seed})


def split_settings(
    system: System, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings that are the system's own fields, and those of the configuration."""
    itself = without_parts(system)
    own = {name: value for name, value in settings.items() if hasattr(itself, name)}
    return own, {name: value for name, value in settings.items() if name not in own}
