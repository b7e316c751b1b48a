"""Audit an exported ledger without the program that wrote it: the standard library, and nothing of the server.

    tallybook export-ledger 1070I > 1070I.ndjson
    python3 scripts/audit_ledger.py 1070I.ndjson --expect-chain HASH@SEQ

Recomputes the canonical JSON and the hash of every entry, then the records and each item's total. Ends with 0 where
all of it follows, 1 where something does not (the first such thing is said), 2 where there is nothing to read.
Source: docs/sync-protocol.md, "Settling"; docs/running/audit.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

IN_CHAIN = ("operation", "reason", "received_at", "seq", "signed_in", "state")
WROTE = ("applied", "merged", "released")
LINE_BYTES_MAX = 16 * 1024 * 1024  # an operation came in one push, of 1 MiB; spelled out, some numbers are longer
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
SAFE_INTEGER_MAX = 2**53 - 1
SURROGATE = re.compile("[\ud800-\udfff]")
PRINTED = re.compile(r"([0-9a-f]{64})@([0-9]{1,18})")


class Difference(Exception):
    """What does not follow, in a sentence."""


def canonical_json(value: Any) -> str:
    """Return the one spelling of a value (RFC 8785); lone surrogates, which it leaves out, are escaped."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical_json(key)}:{canonical_json(one)}" for key, one in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, str):
        spelled = json.dumps(value, ensure_ascii=False)
        return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", spelled)
    return json.dumps(value) if value is None or isinstance(value, bool) else spell_number(value)


def spell_number(value: int | float) -> str:
    """Return a number as ECMAScript writes the double that it is."""
    if isinstance(value, int) and abs(value) <= SAFE_INTEGER_MAX:
        return str(value)
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("infinite")
    text, point = "".join(map(str, digits)), len(digits) + exponent
    if text == "0":
        return "0"
    if 0 < point <= 21:
        text = text.ljust(point, "0")
        text = text[:point] + ("." + text[point:] if text[point:] else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        text = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1:+d}"
    return "-" * sign + text


def read_entries(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Return each line's entry whose hash follows from it and from those before. Raises Difference."""
    chain = ""
    for seq, line in enumerate(lines, start=1):
        if not line.endswith(b"\n"):
            raise Difference(f"Line {seq} is cut short: the file ends in the middle of it.")
        try:
            entry = json.loads(line.decode())
            spelled = canonical_json({name: entry[name] for name in IN_CHAIN})
            whole = ",".join(f"{canonical_json(name)}:{canonical_json(one)}" for name, one in entry.items())
        except UNREADABLE as wrong:
            raise Difference(f"Line {seq} is no entry of a ledger: {wrong}.") from wrong
        if line != f"{{{whole}}}\n".encode():
            raise Difference(f"Line {seq} is not as an export spells it: something in it was changed.")
        if entry["seq"] != seq:
            raise Difference(f"Line {seq} has entry {entry['seq']}: entries were removed, added or moved.")
        chain = hashlib.sha256((chain + spelled).encode()).hexdigest()
        if entry.get("hash") != chain:
            raise Difference(f"Entry {seq} was altered, or one before it: its hash does not follow from its content.")
        yield entry


def fold(records: dict[str, dict[str, Any]], entry: dict[str, Any]) -> bool:
    """Let an entry write its record, where it wrote; return whether it did. No judgement: it says so itself."""
    operation: dict[str, Any] = entry["operation"]
    if entry["state"] not in WROTE or (operation.get("verb"), operation.get("choice")) == ("decide", "set_aside"):
        return False
    record = records.setdefault(operation["record"], {"type": operation["type"], "fields": {}})
    record["fields"].update(operation.get("set") or {})
    return True


def total_items(records: dict[str, dict[str, Any]]) -> list[tuple[str, str, Decimal, Decimal]]:
    """Return line, item number, quantity and amount of each item: what is voided left out, rounded once, at the end."""
    used: dict[str, Decimal] = defaultdict(Decimal)
    standing = {id_: one for id_, one in records.items() if one["fields"].get("voided") is not True}
    with localcontext(prec=100, rounding=ROUND_HALF_UP):
        for record in standing.values():
            if record["type"] == "item_transaction":
                used[record["fields"]["item"]] += Decimal(record["fields"]["quantity"])
        items = [(id_, one["fields"]) for id_, one in standing.items() if one["type"] == "contract_item"]
        totals = [
            (
                str(item["line"]).strip(),
                str(item["item_number"]).strip(),
                used[id_],
                (used[id_] * Decimal(item["unit_price"])).quantize(Decimal("0.01")),
            )
            for id_, item in items
        ]
    return sorted(totals, key=lambda one: (one[0].zfill(20), one[1]))


def audit(lines: Iterable[bytes], expected: list[tuple[str, int]]) -> Iterator[str]:
    """Return the report, line by line. Raises Difference."""
    records: dict[str, dict[str, Any]] = {}
    states: Counter[str] = Counter()
    hash_by_seq = dict.fromkeys((seq for _, seq in expected), "")
    seq, chain, writes = 0, "", 0
    for entry in read_entries(lines):
        seq, chain = entry["seq"], entry["hash"]
        states[entry["state"]] += 1
        try:
            writes += fold(records, entry)
        except UNREADABLE as wrong:
            raise Difference(f"Entry {seq} says that it wrote, and there is nothing to write: {wrong}.") from wrong
        if seq in hash_by_seq:
            hash_by_seq[seq] = chain
    for wanted, at in expected:
        if at > seq:
            raise Difference(f"The file ends with entry {seq}, and {wanted}@{at} was printed: entries are missing.")
        if hash_by_seq[at] != wanted:
            raise Difference(f"Entry {at} has the hash {hash_by_seq[at]}, and {wanted} was printed: it was replaced.")
    yield f"Entries: {seq}" + "".join(f", {state} {count}" for state, count in sorted(states.items()))
    yield f"Records: {len(records)}, revisions {writes}"
    yield "Line\tItem\tQuantity\tAmount"
    try:
        totals = total_items(records)
    except UNREADABLE as wrong:
        raise Difference(f"The items cannot be added up: {wrong}.") from wrong
    yield from (f"{line}\t{number}\t{used.normalize():f}\t{amount:.2f}" for line, number, used, amount in totals)
    yield f"Amount of all items: {sum((one[-1] for one in totals), Decimal(0)):.2f}"
    yield f"Chain: {chain or 'none'}@{seq}"


def read_printed(text: str) -> tuple[str, int]:
    """Return hash and seq of what a report printed."""
    found = PRINTED.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("must be HASH@SEQ, as a report prints it")
    return found[1], int(found[2])


def main(words: list[str] | None = None) -> int:
    """Audit the file that was named; return the exit code."""
    parser = argparse.ArgumentParser(description="Audit a ledger exported by `tallybook export-ledger`.")
    parser.add_argument("file", help="the exported ledger; - is standard input")
    parser.add_argument(
        "--expect-chain", metavar="HASH@SEQ", type=read_printed, action="append", default=[],
        help="what an earlier report printed; may be given several times",
    )  # fmt: skip
    told = parser.parse_args(words)
    try:
        with sys.stdin.buffer if told.file == "-" else open(told.file, "rb") as file:  # noqa: PTH123
            report = list(audit(iter(lambda: file.readline(LINE_BYTES_MAX), b""), told.expect_chain))
    except OSError as wrong:
        print(f"audit_ledger: {told.file} cannot be read: {wrong.strerror}.", file=sys.stderr)
        return 2
    except Difference as difference:
        print(f"audit_ledger: {difference}", file=sys.stderr)
        return 1
    print("\n".join(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
