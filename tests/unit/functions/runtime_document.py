"""The document of the runtime configuration, and its parameter."""

from __future__ import annotations

NAME = "/iot/test/config"
GOOD = '{"thresholds": {"temperature": {"max": 90, "critical_max": 110}}, "query_limit": 50, "max_readings": 100}'
