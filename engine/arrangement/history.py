"""Undo and redo of the mix plans of one clip, saved with the clip."""

import json

from engine.arrangement.plan import MixPlan
from engine.errors import InputError
from engine.translation import tr

_MAX_STEPS = 100
_MAX_JSON_BYTES = 50_000_000


class PlanHistory:
    """The plans of one clip, in order, and which of them counts.

    Args:
        plan: the first plan.
    """

    def __init__(self, plan: MixPlan) -> None:
        self._plans = [plan]
        self._position = 0

    @property
    def current(self) -> MixPlan:
        """The plan that counts."""
        return self._plans[self._position]

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier plan."""
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone plan."""
        return self._position < len(self._plans) - 1

    def apply(self, plan: MixPlan) -> None:
        """Make `plan` count; what was undone before is gone. An equal plan is no step."""
        if plan == self.current:
            return
        self._plans = [*self._plans[: self._position + 1], plan][-_MAX_STEPS:]
        self._position = len(self._plans) - 1

    def undo(self) -> MixPlan:
        """Go back one plan, if there is one, and return what counts now."""
        self._position = max(0, self._position - 1)
        return self.current

    def redo(self) -> MixPlan:
        """Go forward one plan, if there is one, and return what counts now."""
        self._position = min(len(self._plans) - 1, self._position + 1)
        return self.current

    @classmethod
    def continued(cls, saved: str | None, plan: MixPlan) -> "PlanHistory":
        """Return the saved history with `plan` as its newest step; a new one when it is broken."""
        try:
            history = cls(plan) if saved is None else cls.from_json(saved)
        except InputError:
            history = cls(plan)
        history.apply(plan)
        return history

    def to_json(self) -> str:
        """Return all plans and the position as one JSON object."""
        plans = [json.loads(plan.to_json()) for plan in self._plans]
        return json.dumps({"position": self._position, "plans": plans})

    @classmethod
    def from_json(cls, text: str) -> "PlanHistory":
        """Read what `to_json` wrote; nothing in the text is trusted.

        Raises:
            InputError: when it is no history, or one of its plans can't be carried out.
        """
        broken = InputError(
            tr("the saved music plans of this clip can't be read."),
            remedy=tr("Choose the track again."),
        )
        if len(text) > _MAX_JSON_BYTES:
            raise broken
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise broken from error
        if not isinstance(values, dict) or set(values) != {"position", "plans"}:
            raise broken
        position, plans = values["position"], values["plans"]
        if not isinstance(plans, list) or not 1 <= len(plans) <= _MAX_STEPS:
            raise broken
        if type(position) is not int or not 0 <= position < len(plans):
            raise broken
        history = cls(MixPlan.from_values(plans[0]))
        history._plans = [MixPlan.from_values(plan) for plan in plans]
        history._position = position
        return history
