"""A training run that was begun and has no pack yet: what it learns from, kept to be continued.

There is one at a time. The pairs are kept as they were read, so that it continues with the same
ones even if the edits are changed or gone by then.
"""

import json
import logging
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from engine.files import write_text
from engine.training.data.pairs import save_pairs
from engine.training.method.training_config import TrainingConfig
from engine.training.preparation import Preparation
from engine.training.training_request import TrainingRequest, saved_states

_log = logging.getLogger(__name__)
_FORMAT = 1
_REQUEST, _UGC, _PGC, _STATES = "request.json", "ugc.npz", "pgc.npz", "states"


@dataclass(frozen=True, slots=True)
class UnfinishedTraining:
    """What was begun.

    Attributes:
        edits: where the pairs were read from.
        request: reads the kept pairs, and resumes from the saved states.
    """

    edits: Path
    request: TrainingRequest


def keep_training(preparation: Preparation) -> UnfinishedTraining:
    """Keep what a training run learns from, in place of another one.

    Raises:
        ExportError: when it can't be written.
    """
    forget_training()
    folder, asked, pairs = _folder(), preparation.request, preparation.pairs
    save_pairs(pairs.ugc, folder / _UGC)
    if pairs.pgc is not None:
        save_pairs(pairs.pgc, folder / _PGC)
    entries = {
        "format": _FORMAT,
        "edits": str(asked.ugc_spec.absolute()),
        "out": str(asked.out.absolute()),
        "base": None if asked.base is None else str(asked.base.absolute()),
        "config": asked.config.as_dict(),
        "has_pgc": pairs.pgc is not None,
    }
    # Last: without it, the rest counts for nothing.
    write_text(folder / _REQUEST, json.dumps(entries))
    kept = replace(
        asked,
        ugc_spec=folder / _UGC,
        pgc_spec=None if pairs.pgc is None else folder / _PGC,
        uploaders=None,
        states=folder / _STATES,
    )
    return UnfinishedTraining(asked.ugc_spec, kept)


def unfinished_training() -> UnfinishedTraining | None:
    """Return the training run that was begun; None when there is none that can be continued."""
    folder = _folder()
    try:
        entries = json.loads((folder / _REQUEST).read_text(encoding="utf-8"))
        if entries["format"] != _FORMAT:
            return None
        base = entries["base"]
        request = TrainingRequest(
            ugc_spec=folder / _UGC,
            out=Path(entries["out"]),
            config=TrainingConfig(**entries["config"]),
            pgc_spec=folder / _PGC if entries["has_pgc"] else None,
            base=None if base is None else Path(base),
            states=folder / _STATES,
        )
        return UnfinishedTraining(Path(entries["edits"]), request)
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it can't be continued
        _log.warning("a training run can't be continued: %s", error)
        return None


def forget_training() -> None:
    """Delete what is kept, and the saved states with it."""
    # First, so that nothing is left that looks as if it could be continued.
    (_folder() / _REQUEST).unlink(missing_ok=True)
    shutil.rmtree(_folder(), ignore_errors=True)


def _folder() -> Path:
    return saved_states() / "begun"
