"""Errors of the Timestream APIs in their wire format."""

from collections.abc import Sequence
from typing import Any


class ServiceError(Exception):
    """An error response: its code, its HTTP status on AWS, and fields besides the message."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"__type": f"com.amazonaws.timestream.v20181101#{code}", "message": message, **fields}


def validation(message: str) -> ServiceError:
    """The request is invalid; nothing was done."""
    return ServiceError("ValidationException", message)


def not_found(what: str) -> ServiceError:
    """The named database or table does not exist."""
    return ServiceError("ResourceNotFoundException", f"The {what} does not exist.", 404)


def rejected(records: Sequence[dict[str, Any]]) -> ServiceError:
    """Some records were rejected permanently; the others of the call were written."""
    message = "One or more records have been rejected. See RejectedRecords for details."
    return ServiceError("RejectedRecordsException", message, 419, RejectedRecords=list(records))
