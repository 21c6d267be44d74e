"""Deliver requests until the result of every item is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.api.calls import ATTEMPTS, refusal
from ops.errors import FailedError
from ops.send.batches import RequestBatch
from ops.send.item import RefusedItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.api.calls import ApiClient
    from ops.http import HttpResponse
    from ops.send.item import Item
    from ops.send.report import SendReport

INGEST, PROCESS = "/ingest", "/process"
_ABOUT_CONTENT = frozenset({400, 413, 422})
"""Refusals of one body. Any other refusal would meet the next request too."""
THROTTLED = "throttled"
"""Reason of items that the API could not accept for now, while it accepted others of the request."""


class SendDelivery:
    """Delivers batches. ``run`` makes the requests different from those of other runs; empty for the same ones."""

    def __init__(self, api: ApiClient, path: str, report: SendReport, run: str) -> None:
        self._api = api
        self._path = path
        self._report = report
        self._run = run

    def send(self, batch: RequestBatch) -> None:
        """Deliver a batch. If one item makes the API refuse all of it, halves are sent until it is found.

        Raises `FailedError` if the API refuses every request of this caller or does not respond.
        """
        left = [batch]
        while left:
            left.extend(reversed(self._deliver(left.pop())))

    def _deliver(self, batch: RequestBatch) -> tuple[RequestBatch, ...]:
        """Deliver a batch. Returns the batches to send instead, if none of its items is done."""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._api.back_off(attempt - 1)
            response = self._post(batch, attempt)
            if response.status not in (200, 202):
                return self._refused(batch, response)
            items = self._taken(batch, _body(response))
            if not items:
                return ()
            batch = RequestBatch(items)
        raise FailedError(f"failed after {ATTEMPTS} attempts: the API is throttled")

    def _post(self, batch: RequestBatch, attempt: int) -> HttpResponse:
        headers = {"Content-Type": "application/json", "Idempotency-Key": batch.key(attempt, self._run)}
        response = self._api.call("POST", self._path, body=batch.body, headers=headers)
        self._report.request(known="Idempotent-Replayed" in response.headers)
        return response

    def _taken(self, batch: RequestBatch, answer: dict[str, Any]) -> list[Item]:
        """Record a response. Returns the items that must be sent again."""
        self._report.took(answer)
        again = []
        for rejection in answer.get("rejected", ()):
            if rejection["reason"] == THROTTLED:
                again.append(rejection["position"])
            else:
                self._refuse(batch, rejection)
        for reading in answer.get("readings", ()):
            self._report.judge(_number(batch, reading["position"]), reading)
        items = _at(batch, again)
        self._report.answered(len(batch.items) - len(items))
        return items

    def _refused(self, batch: RequestBatch, response: HttpResponse) -> tuple[RequestBatch, ...]:
        """Record a refusal. Returns the halves if one item may be the cause."""
        why = refusal(response)
        if why.status not in _ABOUT_CONTENT:
            raise FailedError(f"the API answered {why}")
        rejected = _body(response).get("rejected") or [{"position": None, "reason": why.code, "detail": why.message}]
        if len(batch.items) > 1 and any(rejection["position"] is None for rejection in rejected):
            return batch.halves()
        for rejection in rejected:
            self._refuse(batch, rejection)
        self._report.answered(len(batch.items))
        return ()

    def _refuse(self, batch: RequestBatch, rejection: dict[str, Any]) -> None:
        position, detail = rejection["position"], str(rejection.get("detail", ""))
        if batch.alone and position is not None:
            detail = f"element {position + 1}: {detail}"
        self._report.refuse(_number(batch, position), RefusedItem(str(rejection["reason"]), detail))


def _number(batch: RequestBatch, position: int | None) -> int:
    return batch.first if batch.alone or position is None else batch.items[position].number


def _at(batch: RequestBatch, positions: Sequence[int | None]) -> list[Item]:
    """Return the items at these positions, each once, or all of them if a position is None."""
    if batch.alone or None in positions:
        return batch.items if positions else []
    return [batch.items[position] for position in sorted({p for p in positions if p is not None})]


def _body(response: HttpResponse) -> dict[str, Any]:
    """Return the parsed response. Raises `FailedError` if it is not the API's."""
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        if response.status in _ABOUT_CONTENT:
            return {}
        raise FailedError(f"the response with status {response.status} is not a JSON object; check the URL of the API")
    return found
