"""MiniStack as `python -m local.embedded.ministack`, with six corrections, two of them in its MQTT listener.

It binds every interface, whatever BIND_HOST says, and accepts clients without a certificate; only this machine may
connect. Messages over MQTT do not count as sent over TLS, so a queue whose policy requires `aws:SecureTransport` gets
nothing from topic rules. AWS IoT uses TLS for devices and for SQS.

Its API Gateway checks a body against the model of `application/json`, whatever its content type. API Gateway uses the
model of the body's own type, or no check if there is none.

Its Firehose converts to Parquet record by record; `local.embedded.firehose` converts buffers as Firehose does.

Its Athena knows no views; `local.embedded.athena` puts their queries in their place.

Its SNS never returns the ARN of an unconfirmed subscription. SNS returns it on request, and Terraform requests it.
"""

import asyncio
from typing import Any

from local.embedded.athena import know_views
from local.embedded.firehose.hook import take_over_conversions
from local.embedded.ports import LOOPBACK

_EVERYWHERE = "0.0.0.0"  # noqa: S104 (what is looked for, not what is bound)


def keep_to_loopback() -> None:
    """Make each server that asyncio opens on every interface listen on the loopback interface only."""
    loop_type: Any = asyncio.base_events.BaseEventLoop
    create_server = loop_type.create_server

    async def create(self: Any, factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        return await create_server(self, factory, LOOPBACK if host == _EVERYWHERE else host, port, **options)

    loop_type.create_server = create


def count_mqtt_as_tls() -> None:
    """Make everything that an MQTT session over TLS triggers count as sent over TLS."""
    from ministack.core.iam_evaluator import pin_request_origin
    from ministack.services import iot

    serve = iot._mtls_serve_conn

    async def serve_over_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Each connection is served in its own task, and so in its own context.
        pin_request_origin(writer.get_extra_info("peername")[0], True)
        await serve(reader, writer)

    iot._mtls_serve_conn = serve_over_tls


def check_bodies_by_their_type() -> None:
    """Let a body whose content type has no model pass request validation."""
    from ministack.services import apigateway_v1 as gateway

    check = gateway._check_request_validation

    def check_by_type(method: dict[str, Any], api: str, request: Any, headers: Any, body: Any, query: Any) -> Any:
        content_type = gateway._header_ci(headers, "content-type") or "application/json"
        if content_type.split(";", 1)[0].strip() in (method.get("requestModels") or {}):
            return check(method, api, request, headers, body, query)
        # Without models only the parameters are checked.
        return check({**method, "requestModels": {}}, api, request, headers, body, query)

    gateway._check_request_validation = check_by_type


def tell_pending_subscriptions() -> None:
    """Make Subscribe return the ARN if `ReturnSubscriptionArn` requests it."""
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
    """Run MiniStack with the settings of the environment."""
    from ministack.app import main as serve

    keep_to_loopback()
    count_mqtt_as_tls()
    check_bodies_by_their_type()
    take_over_conversions()
    know_views()
    tell_pending_subscriptions()
    serve()


if __name__ == "__main__":
    main()
