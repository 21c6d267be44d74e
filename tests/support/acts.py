"""What a test fixture did, kept so that an act that fails only fails the tests that ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Act(Generic[T_co]):
    """The result of an act, or the error that it ended with."""

    _result: T_co | None = None
    _error: Exception | None = None

    def result(self) -> T_co:
        """The result; raises the error that the act ended with."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # None is a result only where the type allows it


def play(act: Callable[[], T_co]) -> Act[T_co]:
    """Do it now; an error is kept for whoever asks for the result."""
    try:
        return Act(act())
    except Exception as error:  # noqa: BLE001  # raised again by `Act.result`
        return Act(_error=error)
