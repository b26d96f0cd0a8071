"""Who acts: the person who has signed in, else whom the holder of a token names."""

from __future__ import annotations

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.problem import ProblemError, ProblemType


def operator_of(asker: Principal, told: str | None) -> str:
    """The operator's name. Raises ProblemError: invalid (a token's holder names nobody)."""
    operator = asker.person or told
    if operator is None:
        errors = [{"field": "operator", "message": "Field required"}]
        raise ProblemError(ProblemType.INVALID, "operator: Field required", members={"errors": errors})
    return operator
