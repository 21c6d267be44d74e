"""Sign as the function's execution role, as Lambda does to read a stream and to report failures."""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.endpoints import Credentials

_RENEW_SECONDS = 45 * 60
"""STS sessions last an hour by default; a quarter of it is left for running calls."""


class ClientSource(Protocol):
    """What the runner needs of the embedded AWS: boto3 clients, as the account's root or as a role."""

    def client(self, service: str, credentials: Credentials | None = None) -> Any: ...

    def assume(self, role_arn: str, session_name: str) -> Credentials: ...


class RoleClients:
    """Clients that sign with `role_arn`, so that a run tests the permissions of the role.

    The role trusts only `lambda.amazonaws.com`. On AWS nothing but Lambda could assume it. MiniStack treats the
    account's root as any service, because its services call with root's keys. It would refuse root if the trust policy
    had conditions on `aws:SourceArn` or `aws:SourceAccount`.
    """

    def __init__(
        self,
        clients: ClientSource,
        role_arn: str,
        session_name: str,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.role_arn = role_arn
        self._clients = clients
        self._session_name = session_name[:64]
        self._clock = clock
        self._lock = Lock()
        self._credentials: Credentials | None = None
        self._renew_at = 0.0

    def client(self, service: str) -> Any:
        """Return the client of `service`. Call this for every request, because sessions expire."""
        with self._lock:
            if self._credentials is None or self._clock() >= self._renew_at:
                self._credentials = self._clients.assume(self.role_arn, self._session_name)
                self._renew_at = self._clock() + _RENEW_SECONDS
            credentials = self._credentials
        return self._clients.client(service, credentials)
