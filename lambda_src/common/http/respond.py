"""From a gateway's event to its answer: the frame around every HTTP function's own work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.http.answers import HttpAnswer, refusal
from lambda_src.common.http.errors import HttpError, try_again
from lambda_src.common.http.wire import HttpEvent, Request, read_request

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

Route = Callable[[Request], HttpAnswer]
Routes = Mapping[str, Mapping[str, Route]]
"""By the path as the API declares it (`Request.resource`), then by method."""


def respond(event: HttpEvent, routes: Routes, log: Logger, *, cors_origin: str = "") -> HttpAnswer:
    """Answer one request by its route; with ``cors_origin`` a browser shows the answer to that origin's pages.

    `HttpError` becomes its status, `TemporaryFailureError` a 503 with ``Retry-After``. Whatever else is raised only a
    deployment mends: it passes, so that it counts as an error of the function and the gateway answers for it.
    """
    answer = _answer(event, routes, log)
    if cors_origin:
        answer["headers"]["Access-Control-Allow-Origin"] = cors_origin
    return answer


def _answer(event: HttpEvent, routes: Routes, log: Logger) -> HttpAnswer:
    request_id = event["requestContext"]["requestId"]
    try:
        request = read_request(event)
        return _route(request, routes)(request)
    except HttpError as error:
        return refusal(error, request_id)
    except TemporaryFailureError as error:
        log.warning("not available for the moment", extra={"request_id": request_id, "cause": str(error)})
        return refusal(try_again(), request_id)


def _route(request: Request, routes: Routes) -> Route:
    methods = routes.get(request.resource)
    if methods is None:
        raise HttpError(404, "not_found", "There is nothing at this path.")
    route = methods.get(request.method)
    if route is None:
        allowed = ", ".join(methods)
        raise HttpError(405, "method_not_allowed", f"This path takes {allowed}.", headers={"Allow": allowed})
    return route
