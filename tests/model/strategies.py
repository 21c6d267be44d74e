"""Schedules as hypothesis draws them. The first choice of everything is the most ordinary one, so they shrink to it."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.model.schedule import (
    VALUES,
    Deliver,
    Delivery,
    Fault,
    IndexesLag,
    Message,
    Put,
    PutAgain,
    Reconfigure,
    Redrive,
    Reshard,
    Schedule,
    Step,
    Wait,
)

DEVICES = 2
CALLS = 20
"""An invocation makes about as many."""

_sensors = st.lists(
    st.tuples(st.sampled_from(["temperature", "vibration"]), st.sampled_from(list(VALUES))),
    min_size=1,
    max_size=2,
    unique_by=lambda reading: reading[0],
).map(tuple)
_messages = st.builds(
    Message,
    device=st.integers(0, DEVICES - 1),
    after=st.sampled_from([1, 1, 30, 400, 901, 1800, 1800, 0, -300, -1000]),
    readings=_sensors,
    form=st.sampled_from(["message"] * 8 + ["array", "poison"]),
    stray=st.sampled_from([False] * 9 + [True]),
)
_faults = st.builds(
    Fault,
    call=st.integers(0, CALLS),
    kind=st.sampled_from(["throttled", "partial", "lost", "slow", "killed"]),
)
_deliveries = st.builds(
    Delivery,
    lane=st.integers(0, 2),
    size=st.sampled_from([100, 1, 1, 1, 2, 2, 3]),
    container=st.integers(0, 2),
    cold=st.sampled_from([False] * 5 + [True]),
    faults=st.lists(_faults, max_size=3, unique_by=lambda fault: fault.call).map(tuple),
    gives_up=st.sampled_from([False] * 9 + [True]),
    answer_lost=st.sampled_from([False] * 9 + [True]),
)
_kinds: dict[str, st.SearchStrategy[Step]] = {
    "put": st.builds(Put, st.lists(_messages, min_size=1, max_size=6).map(tuple)),
    "deliver": st.builds(
        Deliver,
        st.lists(_deliveries, min_size=1, max_size=3).map(tuple),
        st.lists(st.integers(0, 2), max_size=30).map(tuple),
    ),
    "wait": st.builds(Wait, st.sampled_from([10, 70, 1000])),
    "put again": st.builds(PutAgain, st.integers(0, 9)),
    "redrive": st.just(Redrive()),
    "reshard": st.builds(Reshard, st.integers(1, 3)),
    "indexes lag": st.builds(IndexesLag, st.booleans()),
    "reconfigure": st.builds(Reconfigure, st.integers(0, 1)),
}
_OFTEN = {"put": 12, "deliver": 18, "wait": 3, "put again": 3, "redrive": 2, "reshard": 2, "indexes lag": 2}
"""How often each kind is, of about 43 steps; reconfiguring once."""
_steps = st.sampled_from([kind for kind in _kinds for _ in range(_OFTEN.get(kind, 1))]).flatmap(_kinds.__getitem__)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A schedule that begins with messages."""
    first, steps = draw(_kinds["put"]), draw(st.lists(_steps, min_size=6, max_size=18))
    return Schedule(
        (first, *steps),
        transport=draw(st.sampled_from(["kinesis", "sqs"])),
        timestream=draw(st.sampled_from(["none", "single", "multi"])),
        shards=draw(st.integers(1, 3)),
    )
