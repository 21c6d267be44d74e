"""The pages of an answer, one after the other to the last."""

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
"""The longest page that the API gives."""


def pages(api: ApiClient, path: str, query: Mapping[str, object], most: int | None) -> Iterator[list[Item]]:
    """Items as the API has them, ``most`` at most in all; a page may be empty.

    Raises `InputError` for a question that the API takes exception to, `FailedError` for everything else that it
    refuses, and for an answer that would never end.
    """
    left, token = most, None
    while left is None or left > 0:
        limit = PAGE if left is None else min(left, PAGE)
        answer = ask(api, path, {**query, "limit": limit} | ({"next_token": token} if token else {}))
        items = answer.get("items")
        if not isinstance(items, list):
            raise FailedError(f"the answer has no items: {path}")
        yield items
        if left is not None:
            left -= len(items)
        last, token = token, answer.get("next_token")
        if token is None:
            return
        if token == last:
            raise FailedError(f"the API gives the same page again and again: {path}")


def ask(api: ApiClient, path: str, query: Mapping[str, object] | None = None) -> Item:
    """One answer; raises as `pages` does."""
    response = api.call("GET", path, query)
    if response.status == 200:
        try:
            found = response.json()
        except ValueError:
            found = None
        if isinstance(found, dict):
            return found
        raise FailedError("the answer is no JSON object: is the address the API's?")
    why = refusal(response)
    if why.code == "device_not_found" or (why.status == 400 and why.code != "invalid_token"):
        raise InputError(why.message)
    raise FailedError(f"the API answers {why}")
