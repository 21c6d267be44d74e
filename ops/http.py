"""Requests to the deployment's API, signed with Signature Version 4 by botocore's signer."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, HeadersDict
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.credentials import Credentials

SERVICE = "execute-api"
CONNECT_SECONDS = 5
READ_SECONDS = 35
"""API Gateway's integration timeout is 29 s."""
NO_DELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
"""boto3's clients set this option, a bare session does not.

Headers and body are separate packets. Without the option the body waits 40 ms for a delayed acknowledgement.
"""


class HttpResponse(NamedTuple):
    """A response. ``headers`` are case-insensitive."""

    status: int
    headers: HeadersDict
    body: bytes

    def json(self) -> Any:
        """Return the parsed body. Raises ``ValueError`` if it is not JSON, as from a proxy."""
        return json.loads(self.body)


class SignedHttp:
    """Sends signed requests to one API over persistent connections. Thread-safe.

    :param credentials: read for each request, so that a role's credentials can be renewed meanwhile.
    :param url: with the stage, such as ``https://ID.execute-api.REGION.amazonaws.com/STAGE``.
    :param verify: PEM file of trusted certificates; default: those that boto3 trusts.
    :param proxies: by scheme; default: those of the environment.
    :param connections: number of connections kept open; one per thread.
    """

    def __init__(
        self,
        credentials: Credentials,
        region: str,
        url: str,
        *,
        verify: str | None = None,
        proxies: Mapping[str, str] | None = None,
        connections: int = 10,
    ) -> None:
        self._url = checked_url(url)
        self._credentials = credentials
        self._region = region
        session: Any = URLLib3Session  # its stub knows neither a file to verify with nor two timeouts
        self._session = session(
            verify=verify or _trusted(),
            proxies=get_environ_proxies(self._url) if proxies is None else dict(proxies),
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            max_pool_connections=connections,
            socket_options=[NO_DELAY],
        )

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Send one request and return the response, whatever its status. ``path`` starts with a slash.

        Path and parameters are escaped here. There are no retries. Raises botocore's ``ConnectionError`` or
        ``HTTPClientError`` if there is no response; the request may have been processed nevertheless.
        """
        target = self._url + quote(path, safe="/~")
        if query:
            # The signature covers the escaped text, in which a space is not "+".
            target += "?" + urlencode(query, quote_via=quote, safe="~")
        request = AWSRequest(method=method, url=target, data=body or b"", headers=dict(headers or {}))
        SigV4Auth(self._credentials.get_frozen_credentials(), SERVICE, self._region).add_auth(request)
        answer = self._session.send(request.prepare())
        return HttpResponse(answer.status_code, HeadersDict(answer.headers), answer.content)

    def close(self) -> None:
        """Close the persistent connections."""
        self._session.close()


def default_credentials() -> Credentials:
    """Return the credentials that every AWS tool finds. Raises ``NoCredentialsError`` without credentials."""
    found = botocore.session.get_session().get_credentials()
    if found is None:
        raise NoCredentialsError
    return found


def checked_url(url: str) -> str:
    """Return the URL without a trailing slash. Raises `InputError` if it is not the URL of an API."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.query or parts.fragment:
        raise InputError(
            f"{url!r} is not the URL of an API; expected https://ID.execute-api.REGION.amazonaws.com/STAGE"
        )
    return url.rstrip("/")


def _trusted() -> str | bool:
    """Return what boto3 trusts: AWS_CA_BUNDLE, the profile's ``ca_bundle``, REQUESTS_CA_BUNDLE, or botocore's list."""
    named: str | None = botocore.session.get_session().get_config_variable("ca_bundle")
    return named or os.environ.get("REQUESTS_CA_BUNDLE") or True
