"""What a sender says of the quality of its values, in the codes and words that are in use.

Of OPC: the status codes of OPC UA (numbers of 32 bits, or their names, such as ``BadNoCommunication``) and the quality
bytes of classic OPC (192 is good). Of others: the words of AWS IoT SiteWise and of historians, the numbers of Sparkplug
and Ignition (500 is stale), true and false.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lambda_src.common.readings.names import NEGATED, plain
from lambda_src.common.readings.numbers import number_in
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from lambda_src.common.readings.reading import Quality

_WORDS: dict[str, Quality] = {
    **dict.fromkeys(("good", "ok", "okay", "valid", "normal", "fine", "true"), "good"),
    **dict.fromkeys(("uncertain", "questionable", "suspect", "doubtful", "estimated", "substituted"), "uncertain"),
    **dict.fromkeys(
        (
            *(
                "bad",
                "invalid",
                "error",
                "fault",
                "faulty",
                "failed",
                "failure",
                "false",
                "stale",
                "missing",
                "offline",
            ),
            *("nodata", "unavailable", "notconnected", "disconnected", "commfail", "commfailure", "notgood"),
            *("devicefailure", "sensorfailure", "outofservice", "iotimeout", "timeout", "nan", "na", "n/a", "null"),
        ),
        "bad",
    ),
}
"""Compared without case, blanks, ``_`` and ``-``."""
_UA_BEGINNINGS: tuple[tuple[str, Quality], ...] = (("good", "good"), ("uncertain", "uncertain"), ("bad", "bad"))
_UA_FROM = 1 << 16
"""The lower half of a status code only has flags."""
_UA_SEVERITIES: tuple[Quality, ...] = ("good", "uncertain", "bad", "bad")
"""By the two highest bits of an OPC UA status code (OPC 10000-4, 7.39)."""
_CLASSIC: dict[int, Quality] = {
    **dict.fromkeys(range(0, 36, 4), "bad"),
    **dict.fromkeys(range(64, 96), "uncertain"),
    **dict.fromkeys(range(192, 224), "good"),
}
"""OPC DA 3.0, 6.8; the two lowest bits say which limit a value is at. The bad ones only without a limit: 1, 2 and 3 are
what others write for good as well."""
_IGNITION: dict[int, Quality] = {256: "uncertain", 500: "bad", 512: "bad", 768: "bad"}
"""Stale, bad and error as Sparkplug and Ignition count them."""
_OPPOSITE: dict[Quality, Quality] = {"good": "bad", "uncertain": "uncertain", "bad": "good"}
_NEGATED = frozenset(map(plain, NEGATED))
_SEVERITIES: tuple[Quality, ...] = ("good", "uncertain", "bad")
_NONE = object()
"""Has no meaning."""
_NO_VALUE = frozenset(
    (
        "bad",
        "nodata",
        "unavailable",
        "notconnected",
        "commfail",
        "iotimeout",
        "badinput",
        "badquality",
        "error",
        "fault",
        # System digital states of PI.
        *("calcfailed", "intfshut", "notconnect", "ptcreated", "scanoff", "scantimeout"),
        # Spreadsheets.
        *("na", "#na", "#value!", "#div0!"),
    )
)


def read_quality(quality: object, name: str) -> Quality:
    """The quality that a field of this name holds; an OPC UA status may be an object of code and symbol.

    Raises `RuleBrokenError` for what has no known meaning.
    """
    if isinstance(quality, dict):
        parts = {plain(str(key)): value for key, value in quality.items()}
        name = "status" if "code" in parts else name
        quality = parts.get("code", parts.get("symbol", parts.get("value", _NONE)))
    if not isinstance(quality, str | int | float) and quality is not None:
        return parse_quality(_NONE)
    name = plain(name)
    if is_negated(name) and quality is not None:
        # Words such as "stale" stand for themselves; a truth value answers the name.
        return parse_quality(quality) if _is_word(quality) else _OPPOSITE[parse_quality(_truth(quality))]
    return parse_quality(quality, status="status" in name)


def is_negated(name: str) -> bool:
    """Whether a quality of this name is bad where its value is true."""
    return plain(name) in _NEGATED


def worse(first: Quality, second: Quality) -> Quality:
    """The worse one of two qualities."""
    return max(first, second, key=_SEVERITIES.index)


@lru_cache(maxsize=4096, typed=True)
def parse_quality(quality: object, *, status: bool = False) -> Quality:
    """The quality that a code, a word or a boolean means; None is good.

    ``status`` says that numbers are OPC UA status codes, where 0 is good; else 0 is classic OPC's bad. Raises
    `RuleBrokenError` for what has no known meaning. Arguments must be hashable.
    """
    found = _known(quality, status=status)
    if found is None:
        detail = "the quality has no known meaning: name the good values in a format"
        raise RuleBrokenError(Reason.INVALID_QUALITY, detail)
    return found


def reads_as_quality(quality: object) -> bool:
    """Whether `parse_quality` takes it."""
    return isinstance(quality, str | int | float) and _known(quality, status=False) is not None


def says_uncertain(text: str) -> bool:
    """Whether a word means neither good nor bad."""
    return _word(text) == "uncertain"


def says_no_value(text: str) -> bool:
    """Whether a text in the place of a value stands for a missing value, as historians and gateways write it."""
    return plain(text.strip().replace("/", "")) in _NO_VALUE


def _known(quality: object, *, status: bool) -> Quality | None:
    if quality is None:
        return "good"
    if isinstance(quality, bool):
        return "good" if quality else "bad"
    if isinstance(quality, str):
        number = number_in(quality)
        return _word(quality) if number is None else _known(number, status=status)
    if isinstance(quality, int | float) and 0 <= quality < 1 << 32 and quality == int(quality):
        return _number(int(quality), status=status)
    return None


def _truth(quality: object) -> object:
    """A number that stands for a truth value as that value."""
    number = number_in(quality) if isinstance(quality, str) else quality
    return bool(number) if isinstance(number, int | float) and number in (0, 1) else quality


def _is_word(quality: object) -> bool:
    return isinstance(quality, str) and number_in(quality) is None and plain(quality.strip()) not in ("true", "false")


def _word(text: str) -> Quality | None:
    word = plain(text.strip())
    return _WORDS.get(word) or next((quality for begin, quality in _UA_BEGINNINGS if word.startswith(begin)), None)


def _number(number: int, *, status: bool) -> Quality | None:
    if number >= _UA_FROM or (status and number == 0):
        return _UA_SEVERITIES[number >> 30]
    return _CLASSIC.get(number) or _IGNITION.get(number)
