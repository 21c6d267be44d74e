"""Adding a route touches the table of routes, its answer's schema and the handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files

if TYPE_CHECKING:
    from tests.support.walk import Walk

ROUTE = """    Route(
        method="GET",
        path="/statuses",
        function="query",
        summary="The statuses that a device can have.",
        answers={200: "Statuses"},
    ),
"""
SCHEMA = """    "Statuses": record({"statuses": listed(TEXT)}),
"""
ENTRY = """            "/statuses": {"GET": self._statuses},
"""
HANDLER = """    def _statuses(self, request: Request) -> HttpAnswer:
        check_names(request.query, ())
        return answer(200, {"statuses": ["NORMAL", "ANOMALY", "SILENT", "OFFLINE"]})

"""
CALLER = 'f"{stage}/GET/statuses", '
TEST = """
import json

from lambda_src.query_api.handler import handle
from tests.unit.functions.factories import lambda_context
from tests.unit.functions.http_events import http_event
from tests.unit.functions.query.conftest import query_surroundings


def test_it_answers():
    answer = handle(http_event("GET", "/statuses", body=None), lambda_context())
    assert answer["statusCode"] == 200, answer
    assert json.loads(answer["body"])["statuses"][0] == "NORMAL"
"""


def test_a_route_takes_its_entry_its_schema_and_its_handler(walk: Walk) -> None:
    walk.insert("lib/api/routes.py", ROUTE, after="ROUTES = (\n")
    walk.insert("lib/api/models.py", SCHEMA, before='    "Devices": page(_DEVICE),\n')
    walk.insert("lambda_src/query_api/api.py", ENTRY, before='            "/devices": {"GET"')
    walk.insert("lambda_src/query_api/api.py", HANDLER, before="    def _default_limit(")
    walk.insert("tests/invariants/test_api.py", CALLER, after='"reader": {f"{stage}/GET/query", ')
    walk.run("-m", "tools.openapi")
    walk.test("tests/invariants/test_api.py", "-k", "may_call or document or leads")
    assert walk.touched() == listed_files("Add a route")

    walk.create("tests/unit/functions/query/test_statuses.py", TEST)
    walk.test("tests/unit/functions/query/test_statuses.py")
