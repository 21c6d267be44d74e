"""Responses of the gateway itself when it refuses a request, in the same format as the functions' errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GatewayResponse:
    """One of API Gateway's response types (GatewayResponse in its API reference)."""

    kind: str
    status: int
    code: str
    message: str | None = None
    """The message; by default the gateway's own."""
    retry_after: int | None = None
    """Seconds."""

    def template(self) -> str:
        """Return the body. ``messageString`` is the gateway's message as a quoted JSON string."""
        message = f'"{self.message}"' if self.message else "$context.error.messageString"
        return f'{{"error":{{"code":"{self.code}","message":{message},"request_id":"$context.requestId"}}}}'


REFUSALS = (
    GatewayResponse("ACCESS_DENIED", 403, "forbidden", "The caller is not allowed to do this."),
    GatewayResponse("BAD_REQUEST_BODY", 400, "invalid_body", "The body must be a JSON object or an array of readings."),
    GatewayResponse("BAD_REQUEST_PARAMETERS", 400, "missing_parameter"),
    GatewayResponse("DEFAULT_4XX", 400, "refused"),
    GatewayResponse("DEFAULT_5XX", 500, "internal_error", "Internal error; retry the request.", retry_after=1),
    GatewayResponse(
        "EXPIRED_TOKEN",
        403,
        "expired_credentials",
        "The credentials have expired; renew them and sign the request again.",
    ),
    GatewayResponse("INTEGRATION_FAILURE", 503, "try_again", "The service is unavailable; retry the request.", 1),
    GatewayResponse("INTEGRATION_TIMEOUT", 503, "try_again", "The service took too long; retry the request.", 1),
    GatewayResponse("INVALID_SIGNATURE", 403, "invalid_signature", "The signature does not match the request."),
    GatewayResponse(
        "MISSING_AUTHENTICATION_TOKEN", 403, "not_signed", "The request is not signed, or the route does not exist."
    ),
    GatewayResponse("REQUEST_TOO_LARGE", 413, "body_too_large", "The body must be at most 10 MB."),
    GatewayResponse("THROTTLED", 429, "throttled", "Too many requests; retry the request later.", retry_after=1),
    GatewayResponse("UNSUPPORTED_MEDIA_TYPE", 415, "unsupported_media_type"),
)
