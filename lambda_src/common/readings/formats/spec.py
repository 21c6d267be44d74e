"""The description of one format, as it stands in the settings and in the files of the named formats.

A *path* names a place by keys with dots between them, such as ``Value.SourceTimestamp``. It is looked up in the
element that is one reading, and then in each object around it, from the inside out; the value's path is looked up in
the element alone. A key that itself holds dots is found as well. A list of paths means the first that is there.
Numbers, and paths that start with ``@``, name what is no key:

- A number is the place of an item in a list, from 0 on: ``point.1``, or ``1`` in an element that is a list.
- ``@`` is the element itself, which may be a plain number.
- ``@key`` is the name under which the innermost ``{}`` of `Format.each` found the element, ``@key1`` that of the first
  ``{}`` from the left, ``@key2`` that of the second, and ``@path`` all of them with dots between.
- ``@name`` is the level of the topic that the topic filter calls ``{name}``.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Path = Annotated[str, Meta(min_length=1, max_length=256)]
Paths = Path | tuple[Path, ...]
Encoding = Literal["json", "ndjson", "csv", "msgpack", "cbor", "line-protocol", "shdr", "sparkplug-b"]
Compression = Literal["gzip", "zlib"]
TimeUnit = Literal["s", "ms", "us", "ns", "days"]
"""``days`` are those of spreadsheets, counted from 1899-12-30 in the format's `Format.zone`."""
IntervalUnit = Literal["s", "ms", "us", "ns", "hz"]
Entrypoint = Literal["mqtt", "http", "stream"]


class Format(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Where the messages of one kind hold their readings. What is left out is looked up under its usual names."""

    name: Annotated[
        str,
        Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z", description="1 to 64 of a-z, 0-9 and '-', not starting with '-'"),
    ]
    extends: str | None = None
    """A named format of the product that this one starts from: keys given here replace its own."""

    topic: Paths = ()
    """Topic filters that this format is bound to; ``{device}``, ``{sensor}`` and ``{line}`` name what a level is,
    other names in braces can be used in paths as ``@name``."""
    entrypoint: Entrypoint | None = None
    """Bound to all messages of an entrypoint that no topic filter matches."""

    encoding: Encoding = "json"
    compression: Compression | None = None
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    """CSV: what separates the cells; left out, the first line decides."""
    decimal: Literal[".", ","] = "."
    """CSV: the decimal separator of numbers in texts."""
    header: tuple[str, ...] = ()
    """CSV: the columns' names for a file that has no header line; a column's name is its path."""

    each: Paths = ()
    """Where the elements are: keys, ``[]`` for the entries of a list, ``{}`` for the entries of an object with their
    names as ``@key``. Left out, the message is the one element, or a list of them."""
    carry: tuple[Path, ...] = ()
    """Keys of an element that hold for the following elements too, until one changes them (SenML's base fields)."""

    sensor: Paths = ()
    """One that has paths in braces, such as ``{@key}.{dataItemId}``, puts the name together."""
    last: str | None = None
    """Keep the part of the sensor's name after the last of these separators."""
    from_: str | None = msgspec.field(default=None, name="from")
    """A regular expression whose first group is the sensor's name; a name that it does not match is refused."""
    names: dict[str, str] = {}
    """Sensor types by the name that the message gives, after ``last`` and ``from``."""

    value: Paths = ()
    value_from: str | None = None
    """A regular expression whose first group is the number in a value that is text."""
    value_base: Paths = ()
    """A number that is added to a value that is one (SenML's ``bv``)."""
    numbers_only: bool = False
    """Elements whose value is not a number are skipped instead of refused."""
    interval: Paths = ()
    """The time between the samples of a value that is a list."""
    interval_unit: IntervalUnit = "ms"

    time: Paths = ()
    """One that has paths in braces, such as ``{date} {time}``, puts the time together."""
    time_unit: TimeUnit | None = None
    """Of a time that is a number; left out, its magnitude decides."""
    time_format: str | None = None
    """How a time that is text is written, in the directives of ``strptime``."""
    zone: str | None = None
    """The IANA time zone of times that name none, such as ``Europe/Berlin``."""
    time_base: Paths = ()
    """A time to which ``time`` is added (SenML's ``bt``)."""

    quality: Paths = ()
    good: tuple[int | str | bool, ...] = ()
    """Values of ``quality`` that mean good; any other means bad unless ``uncertain`` has it."""
    uncertain: tuple[int | str | bool, ...] = ()
    outages: Paths = ()
    """Like ``each``, for entries that name a sensor without a value (Neuron's ``errors{}``)."""

    unit: Paths = ()
    device: Paths = ()
    """Only a gateway may name another device than the one that sends."""
    device_from: str | None = None
    """A regular expression whose first group is the device."""
    line: Paths = ()
    metadata: tuple[Path, ...] = ()
    """What is kept with each reading as its metadata, by the last key of its path."""
    skip: tuple[Annotated[str, Meta(min_length=1, max_length=256)], ...] = ()
    """Keys that are not read, at any level, with all that is below them; ``*`` stands for any characters, and dots
    lead into objects."""
