"""Calls of the deployment's API, signed with Signature Version 4 by botocore's own signer."""

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
"""API Gateway itself gives up after 29 s."""
NO_DELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
"""As every client of boto3 has it, but not this session by itself: a body follows its headers in a packet of its own,
and would wait 40 ms for the other side's delayed acknowledgement of these.
"""


class HttpResponse(NamedTuple):
    """``headers`` are found whatever their case."""

    status: int
    headers: HeadersDict
    body: bytes

    def json(self) -> Any:
        """Raises ``ValueError`` for a body that is no JSON: an answer of something else than the API."""
        return json.loads(self.body)


class SignedHttp:
    """Sends signed requests to one API over connections that it keeps; may be used from several threads.

    :param credentials: asked for the keys of each request anew, so that those of a role may be renewed meanwhile.
    :param url: with the stage, such as ``https://ID.execute-api.REGION.amazonaws.com/STAGE``.
    :param verify: file of certificates in PEM to trust; default: those that boto3 trusts, by the environment.
    :param proxies: by scheme; default: the environment's.
    :param connections: that are kept open; one for each thread.
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
        """One call, whatever its status; ``path`` begins with a slash and stands behind the API's URL.

        What is no part of a path or a parameter is escaped here. Repeats nothing. Raises botocore's
        ``ConnectionError`` or ``HTTPClientError`` where no answer came; whether the call was carried out is then open.
        """
        target = self._url + quote(path, safe="/~")
        if query:
            # The signature is over the escaped text, and "+" for a space is not in it.
            target += "?" + urlencode(query, quote_via=quote, safe="~")
        request = AWSRequest(method=method, url=target, data=body or b"", headers=dict(headers or {}))
        SigV4Auth(self._credentials.get_frozen_credentials(), SERVICE, self._region).add_auth(request)
        answer = self._session.send(request.prepare())
        return HttpResponse(answer.status_code, HeadersDict(answer.headers), answer.content)

    def close(self) -> None:
        """Close the connections that were kept."""
        self._session.close()


def default_credentials() -> Credentials:
    """As every AWS tool finds them; raises ``NoCredentialsError`` where there are none."""
    found = botocore.session.get_session().get_credentials()
    if found is None:
        raise NoCredentialsError
    return found


def checked_url(url: str) -> str:
    """Without a slash at its end; raises `InputError` for what is no address of an API."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.query or parts.fragment:
        raise InputError(f"{url!r} is no address of an API, such as https://ID.execute-api.REGION.amazonaws.com/STAGE")
    return url.rstrip("/")


def _trusted() -> str | bool:
    """What boto3 trusts: AWS_CA_BUNDLE, the profile's ``ca_bundle``, REQUESTS_CA_BUNDLE, or botocore's own list."""
    named: str | None = botocore.session.get_session().get_config_variable("ca_bundle")
    return named or os.environ.get("REQUESTS_CA_BUNDLE") or True
