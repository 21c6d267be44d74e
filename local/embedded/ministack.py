"""MiniStack as `python -m local.embedded.ministack`, with its MQTT listener put right in two places.

It binds every interface, whatever BIND_HOST says, and serves whoever shows no certificate: nobody but this machine has
any business there. And what comes over it does not count as having come over TLS, so that a queue whose policy refuses
anything else (`aws:SecureTransport`) gets nothing from topic rules. AWS IoT speaks TLS to its devices and to SQS.
"""

import asyncio
from typing import Any

from local.embedded.ports import LOOPBACK

_EVERYWHERE = "0.0.0.0"  # noqa: S104 (what is looked for, not what is bound)


def keep_to_loopback() -> None:
    """Make each server that an asyncio loop opens on every interface open on the loopback one."""
    loop_type: Any = asyncio.base_events.BaseEventLoop
    create_server = loop_type.create_server

    async def create(self: Any, factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        return await create_server(self, factory, LOOPBACK if host == _EVERYWHERE else host, port, **options)

    loop_type.create_server = create


def count_mqtt_as_tls() -> None:
    """Let everything that an MQTT session over TLS sets off count as having come over TLS."""
    from ministack.core.iam_evaluator import pin_request_origin
    from ministack.services import iot

    serve = iot._mtls_serve_conn

    async def serve_over_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Each connection is served in a task, and so in a context, of its own.
        pin_request_origin(writer.get_extra_info("peername")[0], True)
        await serve(reader, writer)

    iot._mtls_serve_conn = serve_over_tls


def main() -> None:
    """Run MiniStack with what the environment says."""
    from ministack.app import main as serve

    keep_to_loopback()
    count_mqtt_as_tls()
    serve()


if __name__ == "__main__":
    main()
