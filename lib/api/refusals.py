"""What the gateway itself answers when it refuses a request, in the same shape as the functions' errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GatewayResponse:
    """One of API Gateway's response types (GatewayResponse in its API reference)."""

    kind: str
    status: int
    code: str
    message: str | None = None
    """Left out, the gateway's own words."""
    retry_after: int | None = None
    """Seconds."""

    def template(self) -> str:
        """The body. ``messageString`` is the gateway's message as a JSON string, quotes included."""
        message = f'"{self.message}"' if self.message else "$context.error.messageString"
        return f'{{"error":{{"code":"{self.code}","message":{message},"request_id":"$context.requestId"}}}}'


REFUSALS = (
    GatewayResponse("ACCESS_DENIED", 403, "forbidden", "This caller may not do this."),
    GatewayResponse("BAD_REQUEST_BODY", 400, "invalid_body", "The body is no JSON object and no array of readings."),
    GatewayResponse("BAD_REQUEST_PARAMETERS", 400, "missing_parameter"),
    GatewayResponse("DEFAULT_4XX", 400, "refused"),
    GatewayResponse("DEFAULT_5XX", 500, "internal_error", "Something failed here; repeat the request.", retry_after=1),
    GatewayResponse(
        "EXPIRED_TOKEN", 403, "expired_credentials", "The credentials that signed the request have expired."
    ),
    GatewayResponse("INTEGRATION_FAILURE", 503, "try_again", "The service is not available; repeat the request.", 1),
    GatewayResponse("INTEGRATION_TIMEOUT", 503, "try_again", "The service took too long; repeat the request.", 1),
    GatewayResponse("INVALID_SIGNATURE", 403, "invalid_signature", "The signature does not fit the request."),
    GatewayResponse(
        "MISSING_AUTHENTICATION_TOKEN", 403, "not_signed", "The request is not signed, or there is no such route."
    ),
    GatewayResponse("REQUEST_TOO_LARGE", 413, "body_too_large", "The body is larger than 10 MB."),
    GatewayResponse(
        "THROTTLED", 429, "throttled", "More requests than this API takes; repeat the request.", retry_after=1
    ),
    GatewayResponse("UNSUPPORTED_MEDIA_TYPE", 415, "unsupported_media_type"),
)
