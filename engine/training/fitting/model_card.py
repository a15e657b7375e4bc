"""The model card of a trained pack: what it learnt from, how well, and its limits."""

from collections.abc import Sequence
from typing import Protocol

from engine.encoders import visual
from engine.training.data.pairs import PairSet
from engine.training.fitting.trainer import Fit
from engine.training.method.training_config import TrainingConfig

_TEMPLATE = """\
# {pack_id}

A matching pack for Soundbed: it turns features of a clip's picture and of a piece of music into
unit vectors whose dot product says how well they match.

## What it learnt from

- Uploaders' picks (student): {ugc}. {n_ugc} pairs, {n_ugc_sources} sources.
- Professionals' picks (teacher): {pgc}

None of these clips, pictures or recordings is part of the pack; only weights are. The features
come from {picture} and musicnn (Million Song Dataset, MagnaTagATune).

## How

{how} Seed {seed}.

## How well

Mean rank of the own music on held-out sources, as a share of the list (0 best, 0.5 chance), by
member: teacher {teacher}; student {student}. These sources decided when training stopped, so
expect somewhat worse results on new ones.

## Limits

- It knows only what the pairs of these {n_sources} sources show, and nothing about what a
  particular scene or joke needs.
- The picture is judged by sampled stills, their colours, cuts and motion: no speech, no story.
- Music from traditions that are missing from the training data is ranked less reliably.
- Taste weights come from {n_ugc_sources} sources and describe no person.
"""


_SHIPPED = """\
A teacher with cross-generating Gaussian encoders learns the professionals' pairs; a student of
the same shape starts from it and learns the uploaders' pairs, guided by the teacher's posteriors,
with the uploader's taste for genres as a separate term that is left out when ranking.
{n_members} such pairs of networks, each with other sources held out to know when to stop, are
combined into one."""
_OTHER = """\
Not by the recipe of the bundled pack, but by the system "{recipe}" of the comparison table of
`soundbed benchmark`. {n_members} such networks, each with other sources held out to know when to
stop, are combined into one."""


class CardMember(Protocol):
    """What a card tells of a member of the ensemble."""

    @property
    def teacher_fit(self) -> Fit | None:
        """How its teacher's fit went; None without one."""

    @property
    def student_fit(self) -> Fit | None:
        """How its own fit went; None where it is a teacher alone."""


def model_card(
    pack_id: str,
    ugc: PairSet,
    pgc: PairSet | None,
    members: Sequence[CardMember],
    config: TrainingConfig,
    recipe: str | None = None,
) -> str:
    """Return the card's text in Markdown.

    Args:
        pack_id: name of the pack.
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose, if there are any.
        members: of the ensemble.
        config: their settings.
        recipe: name of the system; None for the recipe of the bundled pack.
    """
    how = _SHIPPED if recipe is None else _OTHER
    sources = {*ugc.sources.tolist(), *([] if pgc is None else pgc.sources.tolist())}
    return _TEMPLATE.format(
        pack_id=pack_id,
        picture=visual.TITLE,
        ugc=ugc.origin,
        n_ugc=ugc.n_pairs,
        n_ugc_sources=len(set(ugc.sources.tolist())),
        pgc="none" if pgc is None else _professionals(pgc),
        n_sources=len(sources),
        how=how.format(recipe=recipe, n_members=config.n_members),
        seed=config.seed,
        teacher=_ranks([member.teacher_fit for member in members]),
        student=_ranks([member.student_fit for member in members]),
    )


def _professionals(pgc: PairSet) -> str:
    n_sources = len(set(pgc.sources.tolist()))
    return f"{pgc.origin}. {pgc.n_pairs} pairs, {n_sources} sources."


def _ranks(fits: list[Fit | None]) -> str:
    ranks = [None if fit is None else fit.validation_loss for fit in fits]
    return ", ".join("not held out" if rank is None else f"{rank:.2f}" for rank in ranks)
