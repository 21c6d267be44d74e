"""A query's items come page by page, and no page is read before it is needed."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.aws.queries import queried
from tests.unit.functions.fakes import client_error

REQUEST: Any = {"TableName": "readings", "KeyConditionExpression": "device_id = :device"}


class Pages:
    """Answers with these pages in turn; an error is raised in its place."""

    def __init__(self, *pages: list[int] | Exception) -> None:
        self._pages = pages
        self.starts: list[int | None] = []

    def query(self, **request: Any) -> dict[str, Any]:
        self.starts.append(request.get("ExclusiveStartKey"))
        page = self._pages[len(self.starts) - 1]
        if isinstance(page, Exception):
            raise page
        last = {"LastEvaluatedKey": len(self.starts)} if len(self.starts) < len(self._pages) else {}
        return {"Items": page, **last}


def items(pages: Pages) -> Any:
    client: Any = pages
    return queried(client, REQUEST)


def test_all_pages_are_read_also_those_without_an_item() -> None:
    pages = Pages([1, 2], [], [3])
    assert list(items(pages)) == [1, 2, 3]
    assert pages.starts == [None, 1, 2]
    assert "ExclusiveStartKey" not in REQUEST


def test_a_page_is_read_when_it_is_needed() -> None:
    pages = Pages([1, 2], [3])
    found = items(pages)
    assert pages.starts == []
    assert [next(found), next(found)] == [1, 2]
    assert pages.starts == [None]


@pytest.mark.parametrize(
    ("code", "raised"),
    [("ProvisionedThroughputExceededException", TemporaryFailureError), ("ResourceNotFoundException", ClientError)],
)
def test_only_what_a_retry_may_help_is_temporary(code: str, raised: type[Exception]) -> None:
    found = items(Pages([1], client_error(code)))
    assert next(found) == 1
    with pytest.raises(raised):
        next(found)
