"""The hash chain of the audit ledger: pure, so that anybody can check it with the entries alone.

Each entry's hash covers all its fields and the hash before it. Changing, inserting or removing an entry breaks the
chain at that place; cutting off the end is seen by comparing with the head that is stored apart. Somebody who can
write the whole database can also recompute the chain: an anchor (a head noted elsewhere) shows that too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One entry; `at_ms` milliseconds since 1970 UTC, `detail` the stored JSON text, `prev_hash` 64 hex digits."""

    seq: int
    at_ms: int
    actor: str
    action: str
    subject: str
    purpose: str | None
    detail: str
    prev_hash: str

    def digest(self) -> str:
        """SHA-256 over the fields as a JSON array, UTF-8."""
        return hashlib.sha256(json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`broken` says where and how the chain is broken, None when it holds; `count` entries were read."""

    count: int
    head: str
    broken: str | None


def verify(
    entries: Iterable[tuple[ChainEntry, str]],
    head: tuple[int, str],
    anchor: tuple[int, str] | None = None,
    signed: Mapping[int, str] | None = None,
) -> ChainReport:
    """Recompute the chain of (entry, stored hash) pairs against the stored `head`, a head noted earlier, and heads that
    were `signed` (number and hash; their signatures are good)."""
    count, last = 0, GENESIS
    noted = dict(signed or {})
    if anchor is not None and noted.setdefault(*anchor) != anchor[1]:
        return ChainReport(0, GENESIS, f"entry {anchor[0]} was noted with one hash and signed with another")
    for entry, stored in entries:
        broken = _flaw(entry, stored, count + 1, last)
        if broken is not None:
            return ChainReport(count, last, broken)
        count, last = entry.seq, stored
        if noted.pop(entry.seq, stored) != stored:
            return ChainReport(count, last, f"entry {entry.seq} is not the one that was noted: the chain was remade")
    if (count, last) != head:
        return ChainReport(
            count, last, f"the chain ends at entry {count}, but its head says {head[0]}: cut or added to"
        )
    if noted:
        return ChainReport(count, last, f"entry {min(noted)}, which was noted, is not there: the end was cut off")
    return ChainReport(count, last, None)


def _flaw(entry: ChainEntry, stored: str, expected_seq: int, last: str) -> str | None:
    if entry.seq != expected_seq:
        return f"entry {expected_seq} is missing: entry {entry.seq} follows entry {expected_seq - 1}"
    if entry.prev_hash != last:
        return f"entry {entry.seq} does not follow entry {expected_seq - 1}: one of the two was replaced"
    if entry.digest() != stored:
        return f"entry {entry.seq} was altered: its content does not give its hash"
    return None
