"""JSON with exactly one spelling (RFC 8785), and the hash over it."""

import hashlib
import json
import re
from typing import Any

SAFE_INTEGER_MAX = 2**53 - 1  # beyond it, JavaScript reads another number
PLAIN_KINDS = (str, bool, type(None))
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def canonical_json(value: Any) -> bytes:
    """Return the one spelling of `value`, UTF-8.

    Lone surrogates, which RFC 8785 leaves out, are escaped as `JSON.stringify` does, so that
    whatever a device can type has a hash. Raises ValueError for NaN, infinities and what is not JSON.
    Source: RFC 8785; vectors in protocol/vectors/canonical_json.json. Cost: one pass.
    """
    text = _spell(value)
    if LONE_SURROGATE.search(text):
        text = LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode()


def hash_of(canonical: bytes) -> str:
    """Return the SHA-256 of canonical JSON, lower-case hex."""
    return hashlib.sha256(canonical).hexdigest()


def is_plain(value: Any) -> bool:
    """Whether a fast serializer that sorts keys by bytes gives the canonical spelling as well.

    True for ASCII keys and numbers that are small integers: all that Tallybook itself writes.
    """
    kind = type(value)
    if kind is dict:
        if not "".join(value).isascii():
            return False
        value = value.values()
    elif kind is not list:
        return kind in PLAIN_KINDS or (kind is int and -SAFE_INTEGER_MAX <= value <= SAFE_INTEGER_MAX)
    for one in value:  # noqa: SIM110 - `all` takes half as long again, and this looks at every operation that arrives
        if type(one) is not str and not is_plain(one):
            return False
    return True


def _spell(value: Any) -> str:
    if isinstance(value, dict):
        # RFC 8785 sorts by UTF-16 code units, Python by code points: they differ beyond U+FFFF.
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_spell(key)}:{_spell(one)}" for key, one in pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_spell(one) for one in value) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return _spell_number(value)
    raise ValueError(f"{type(value).__name__} is not JSON")


def _spell_number(value: int | float) -> str:
    if isinstance(value, int) and abs(value) <= SAFE_INTEGER_MAX:
        return str(value)
    try:
        digits_and_exponent = repr(value * 1.0)
    except OverflowError as overflow:
        raise ValueError("a number beyond the doubles is not JSON") from overflow
    if digits_and_exponent in ("inf", "-inf", "nan"):
        raise ValueError(f"{digits_and_exponent} is not JSON")
    return _as_ecmascript(digits_and_exponent)


def _as_ecmascript(shortest: str) -> str:
    """Return Python's shortest decimal of a double as ECMAScript's Number::toString writes it."""
    sign, unsigned = ("-", shortest[1:]) if shortest.startswith("-") else ("", shortest)
    mantissa, _, exponent = unsigned.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0"
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"
