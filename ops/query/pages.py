"""Read all pages of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.runtime_config import MOST_ITEMS
from ops.api.calls import refusal
from ops.errors import FailedError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.api.calls import ApiClient

Item = dict[str, Any]
PAGE = MOST_ITEMS
"""Largest page of the API."""


def pages(api: ApiClient, path: str, query: Mapping[str, object], most: int | None) -> Iterator[list[Item]]:
    """Yield pages of items as the API returns them, at most ``most`` items in total. A page may be empty.

    Raises `InputError` if the API rejects the query as invalid. Raises `FailedError` for every other refusal and for a
    query that would never end.
    """
    left, token = most, None
    while left is None or left > 0:
        limit = PAGE if left is None else min(left, PAGE)
        answer = ask(api, path, {**query, "limit": limit} | ({"next_token": token} if token else {}))
        items = answer.get("items")
        if not isinstance(items, list):
            raise FailedError(f"the response of {path} has no items")
        yield items
        if left is not None:
            left -= len(items)
        last, token = token, answer.get("next_token")
        if token is None:
            return
        if token == last:
            raise FailedError(f"the API returns the same page of {path} repeatedly; report this as a bug")


def ask(api: ApiClient, path: str, query: Mapping[str, object] | None = None) -> Item:
    """Return one response. Raises as `pages` does."""
    response = api.call("GET", path, query)
    if response.status == 200:
        try:
            found = response.json()
        except ValueError:
            found = None
        if isinstance(found, dict):
            return found
        raise FailedError("the response is not a JSON object; check the URL of the API")
    why = refusal(response)
    if why.code == "device_not_found" or (why.status == 400 and why.code != "invalid_token"):
        raise InputError(why.message)
    raise FailedError(f"the API answered {why}")
