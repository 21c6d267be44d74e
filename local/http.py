"""The deployment's HTTP API on the embedded AWS, with requests signed by its own roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.credentials import Credentials

from ops.http import SignedHttp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.endpoints import Clients


def api_url(clients: Clients, outputs: Mapping[str, Any]) -> str:
    """Return the URL at which MiniStack serves a stage. The deployment's own URL belongs to AWS."""
    return f"{clients.endpoint_url}/restapis/{outputs['api_id']}/{outputs['api_stage']}/_user_request_"


def as_role(clients: Clients, outputs: Mapping[str, Any], role: str, *, connections: int = 10) -> SignedHttp:
    """Return a client that signs as the role in the output `role`. Thread-safe."""
    keys = clients.assume(outputs[role], "local-run")
    return SignedHttp(
        Credentials(keys.access_key, keys.secret_key, keys.session_token),
        clients.region,
        api_url(clients, outputs),
        verify=str(clients.trusted) if clients.trusted else None,
        proxies={},
        connections=connections,
    )
