"""MiniStack as `python -m local.embedded.ministack`, put right in five places, two of them its MQTT listener.

It binds every interface, whatever BIND_HOST says, and serves whoever shows no certificate: nobody but this machine has
any business there. And what comes over it does not count as having come over TLS, so that a queue whose policy refuses
anything else (`aws:SecureTransport`) gets nothing from topic rules. AWS IoT speaks TLS to its devices and to SQS.

Its API Gateway checks a body against the model of `application/json` whatever its content type is. API Gateway checks
it against the model of its own type, and where there is none, not at all.

Its Firehose converts to Parquet record by record; `local.embedded.firehose` does as Firehose does.

Its SNS tells nobody the ARN of a subscription that is not confirmed yet. SNS tells who asks for it, as Terraform does.
"""

import asyncio
from typing import Any

from local.embedded.firehose.hook import take_over_conversions
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


def check_bodies_by_their_type() -> None:
    """Let a body whose content type has no model pass the API's request validation."""
    from ministack.services import apigateway_v1 as gateway

    check = gateway._check_request_validation

    def check_by_type(method: dict[str, Any], api: str, request: Any, headers: Any, body: Any, query: Any) -> Any:
        content_type = gateway._header_ci(headers, "content-type") or "application/json"
        if content_type.split(";", 1)[0].strip() in (method.get("requestModels") or {}):
            return check(method, api, request, headers, body, query)
        # With no models at all only the parameters are checked.
        return check({**method, "requestModels": {}}, api, request, headers, body, query)

    gateway._check_request_validation = check_by_type


def tell_pending_subscriptions() -> None:
    """Let Subscribe answer with the ARN where `ReturnSubscriptionArn` asks for it."""
    from ministack.services import sns

    subscribe = sns._subscribe

    def subscribe_and_tell(params: dict[str, Any]) -> Any:
        status, headers, body = subscribe(params)
        if status != 200 or sns._p(params, "ReturnSubscriptionArn") != "true":
            return status, headers, body
        topic, _ = sns._get_topic(sns._p(params, "TopicArn"))
        wanted = sns._p(params, "Protocol"), sns._p(params, "Endpoint")
        arn = next(each["arn"] for each in topic["subscriptions"] if (each["protocol"], each["endpoint"]) == wanted)
        return status, headers, body.replace(b"pending confirmation", arn.encode())

    sns._subscribe = subscribe_and_tell


def main() -> None:
    """Run MiniStack with what the environment says."""
    from ministack.app import main as serve

    keep_to_loopback()
    count_mqtt_as_tls()
    check_bodies_by_their_type()
    take_over_conversions()
    tell_pending_subscriptions()
    serve()


if __name__ == "__main__":
    main()
