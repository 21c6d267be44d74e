"""From a gateway event to its response: shared by all HTTP functions."""

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
"""Routes by path as the API declares it (`Request.resource`), then by method."""


def respond(event: HttpEvent, routes: Routes, log: Logger, *, cors_origin: str = "") -> HttpAnswer:
    """Answer one request by its route. With ``cors_origin`` a browser shows the response to pages of that origin.

    `HttpError` becomes its status, `TemporaryFailureError` a 503 with ``Retry-After``. Other errors, which only a
    deployment fixes, are raised: they count as errors of the function, and the gateway answers.
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
        log.warning("temporarily unavailable", extra={"request_id": request_id, "cause": str(error)})
        return refusal(try_again(), request_id)


def _route(request: Request, routes: Routes) -> Route:
    methods = routes.get(request.resource)
    if methods is None:
        raise HttpError(404, "not_found", "This path does not exist.")
    route = methods.get(request.method)
    if route is None:
        allowed = ", ".join(methods)
        raise HttpError(405, "method_not_allowed", f"This path allows only {allowed}.", headers={"Allow": allowed})
    return route
