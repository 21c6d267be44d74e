"""What the invariants share, and the rule that each of them has looked at something.

An invariant over all resources of a kind holds for none of them as well. `without_resources.txt` lists the cases that
have nothing to look at: a preset without the part, or a rule about something else than resources. Any other case that
has seen no resource fails, and so does one of the list that has.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.lake_stack import KEY_ARN, with_lake
from tests.support.synth import Synthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = Path(__file__).with_name("without_resources.txt")
WITHOUT_RESOURCES = frozenset(LIST.read_text(encoding="utf-8").split())


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    Synthesized.looked = 0
    result = yield
    if any(isinstance(value, Synthesized) for value in pyfuncitem.funcargs.values()):
        case = f"{pyfuncitem.path.name}::{pyfuncitem.name}"
        seen, listed = Synthesized.looked, case in WITHOUT_RESOURCES
        assert seen or listed, f"{case} holds, but it has looked at no resource; see {LIST.name}"
        assert not (seen and listed), f"{case} has looked at {seen} resources: take it out of {LIST.name}"
    return result


@pytest.fixture(scope="session")
def lake_stack(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return with_lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="session")
def protected_lake(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A lake with every option on."""
    return with_lake(
        tmp_path_factory.mktemp("protected"),
        partition_by_sensor_type=True,
        object_lock_days=30,
        replica_bucket_arn="arn:aws:s3:::copy",
        replica_key_arn=KEY_ARN,
        crawler_cron="cron(0 */6 * * ? *)",
        analysts=("arn:aws:iam::123456789012:role/people",),
    )
