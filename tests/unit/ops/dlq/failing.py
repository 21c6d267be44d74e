"""Answers that moto never gives: partial ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.client import BaseClient

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


class Answers(dict[str, "Callable[[Any, Callable[[Any], Any]], Any]"]):
    """By operation, what answers a request in the service's source; its second argument asks the service itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]  # the one source that all calls pass

        def call(client: Any, operation: str, request: Any) -> Any:
            def ask(request: Any) -> Any:
                return real(client, operation, request)

            return self.get(operation, lambda request, ask: ask(request))(request, ask)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
