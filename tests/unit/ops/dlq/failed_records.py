"""Records that may be given up, and what the commands say of them."""

from __future__ import annotations

import hashlib
import json

A, B, C = ("press-1", b'{"value": 1}'), ("press-2", b"\xff\x00"), ("press-1", b'{"value": 3}')


def index_key(partition_key, data):
    return f"redriven/{hashlib.sha256(partition_key.encode() + data).hexdigest()}.json"


def shown(dlq, *arguments):
    return json.loads(dlq("show", "--json", *arguments)[1])
