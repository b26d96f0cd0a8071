"""The audit ledger as a file: JSON lines that can be checked without the coordinator.

The first line is the head, signed when the file was written; then the signed heads of earlier times; then every entry.
`detail` is the stored text, which is what the hashes cover.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from skynet.coordinator.access.audit_chain import ChainEntry, ChainReport, verify
from skynet.coordinator.access.signed_head import SignedHead, first_flaw, key_id, public_key
from skynet.domain.errors import BadInputError


class HeadLine(BaseModel):
    """A head with its signature; the first one of a file also brings the public key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["head"] = "head"
    seq: int
    hash: str
    at_ms: int
    key_id: str
    signature: str
    public_key: str | None = None

    def signed(self) -> SignedHead:
        return SignedHead(self.seq, self.hash, self.at_ms, self.key_id, self.signature)


class EntryLine(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["entry"] = "entry"
    seq: int
    at_ms: int
    actor: str
    action: str
    subject: str
    purpose: str | None
    detail: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class ExportReport:
    """`trusted` is false when the only key at hand is the one that the file itself brings."""

    chain: ChainReport
    key_id: str
    trusted: bool


_LINE: TypeAdapter[HeadLine | EntryLine] = TypeAdapter(HeadLine | EntryLine)


def lines(
    head: SignedHead, pem: str, earlier: Iterable[SignedHead], entries: Iterable[tuple[ChainEntry, str]]
) -> Iterator[str]:
    """The file, a line at a time."""
    yield _written(HeadLine(**asdict(head), public_key=pem))
    for one in earlier:
        yield _written(HeadLine(**asdict(one)))
    for entry, stored in entries:
        yield _written(EntryLine(**asdict(entry), hash=stored))


def check(text: Iterable[str], pems: Iterable[str] = ()) -> ExportReport:
    """Check a file with nothing but it and the public keys `pems`; without any, its own is taken.

    Raises BadInputError when it is no such file.
    """
    read = _read(text)
    first = next(read, None)
    if not isinstance(first, HeadLine) or first.public_key is None:
        raise BadInputError("line 1: is no head of an audit ledger; take a file of 'skynet audit export'")
    given = list(pems)
    try:
        keys = {key_id(key): key for key in (public_key(pem) for pem in given or [first.public_key])}
    except ValueError as error:
        raise BadInputError(f"line 1: the public key cannot be read ({error})") from None
    heads = [first.signed()]
    rest: list[EntryLine] = []
    for line in read:
        if isinstance(line, EntryLine):
            rest.append(line)
            break
        if line.public_key is not None:
            raise BadInputError("the first head stands twice; take the file as it was written")
        heads.append(line.signed())
    order = [head.seq for head in heads[1:]]
    if order != sorted(set(order)):
        raise BadInputError("the heads are not in order; take the file as it was written")
    flaw = first_flaw(heads, keys)
    if flaw is not None:
        return ExportReport(ChainReport(0, first.hash, flaw), first.key_id, bool(given))
    signed = {head.seq: head.hash for head in heads}
    report = verify(_entries(rest, read), (first.seq, first.hash), signed=signed)
    return ExportReport(report, first.key_id, bool(given))


def _read(text: Iterable[str]) -> Iterator[HeadLine | EntryLine]:
    for number, line in enumerate(text, start=1):
        try:
            yield _LINE.validate_json(line)
        except ValidationError:
            raise BadInputError(f"line {number}: is neither a head nor an entry of an audit ledger") from None


def _entries(first: list[EntryLine], rest: Iterator[HeadLine | EntryLine]) -> Iterator[tuple[ChainEntry, str]]:
    for line in _chained(first, rest):
        yield (
            ChainEntry(
                line.seq, line.at_ms, line.actor, line.action, line.subject, line.purpose, line.detail, line.prev_hash
            ),
            line.hash,
        )


def _chained(first: list[EntryLine], rest: Iterator[HeadLine | EntryLine]) -> Iterator[EntryLine]:
    yield from first
    for line in rest:
        if isinstance(line, HeadLine):
            raise BadInputError("a head stands between the entries; take the file as it was written")
        yield line


def _written(line: BaseModel) -> str:
    return json.dumps(line.model_dump(exclude_none=not isinstance(line, EntryLine)), ensure_ascii=False) + "\n"
