"""A head of the audit ledger with a signature: what shows that the chain was remade or cut by somebody without the key.

Pure but for the key's file. Signatures are Ed25519 (RFC 8032) over a fixed prefix and the head as a JSON array.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skynet.domain.errors import BadInputError

PREFIX = b"skynet audit head v1\0"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """Entry `seq` has `hash` at `at_ms`; `key_id` is the SHA-256 of the raw public key, `signature` hex."""

    seq: int
    hash: str
    at_ms: int
    key_id: str
    signature: str

    def flaw(self, keys: Mapping[str, Ed25519PublicKey]) -> str | None:
        """What is wrong with the signature, None when it is one of `keys`' (by id)."""
        key = keys.get(self.key_id)
        if key is None:
            return f"the head of entry {self.seq} is signed by the unknown key {self.key_id[:16]}…; name it with --key"
        try:
            key.verify(bytes.fromhex(self.signature), _message(self.seq, self.hash, self.at_ms))
        except (InvalidSignature, ValueError):
            return f"the signature of the head of entry {self.seq} is not good: it was altered"
        return None


class LedgerKey:
    """The key that signs heads."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key()
        self.id = key_id(self.public)

    @classmethod
    def make(cls, path: Path) -> LedgerKey:
        """A new key in a file of its own that its owner alone may read, durable on return. Raises FileExistsError."""
        key = Ed25519PrivateKey.generate()
        form = serialization.PrivateFormat.PKCS8
        pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        return cls(key)

    @classmethod
    def load(cls, path: Path) -> LedgerKey:
        """Raises BadInputError."""
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError:
            raise BadInputError(
                f"{path}: the key of the audit ledger is not there; restore it from a backup, or run 'skynet "
                "coordinator migrate', which makes a new one"
            ) from None
        except (OSError, ValueError) as error:
            raise BadInputError(f"{path}: the key of the audit ledger cannot be read ({error})") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise BadInputError(f"{path}: is no Ed25519 key; restore the one that 'init' made")
        return cls(key)

    def sign(self, seq: int, digest: str, at_ms: int) -> SignedHead:
        signature = self._key.sign(_message(seq, digest, at_ms)).hex()
        return SignedHead(seq, digest, at_ms, self.id, signature)


def key_id(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def public_pem(key: Ed25519PublicKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def public_key(pem: str) -> Ed25519PublicKey:
    """Raises ValueError."""
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("is no Ed25519 key")
    return key


def first_flaw(heads: Iterable[SignedHead], keys: Mapping[str, Ed25519PublicKey]) -> str | None:
    """What is wrong with the first signature that is not good."""
    return next((flaw for flaw in (head.flaw(keys) for head in heads) if flaw is not None), None)


def _message(seq: int, digest: str, at_ms: int) -> bytes:
    return PREFIX + json.dumps([seq, digest, at_ms], separators=(",", ":")).encode()
