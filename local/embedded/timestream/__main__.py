"""`python -m local.embedded.timestream PORT`: serve until the process is stopped."""

import sys

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from local.embedded.ports import LOOPBACK
from local.embedded.timestream.server import TimestreamServer


class _Handler(WSGIRequestHandler):
    """Keeps connections open, because a writer makes a hundred calls per second, and logs none of them."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object, **__: object) -> None:
        return


def main() -> None:
    """Listen on the loopback port given as the only argument."""
    moto = DomainDispatcherApplication(create_backend_app)
    make_server(
        LOOPBACK, int(sys.argv[1]), TimestreamServer(moto), threaded=True, request_handler=_Handler
    ).serve_forever()


if __name__ == "__main__":
    main()
