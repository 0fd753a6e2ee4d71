"""The vault: targets of destinations are sealed in the database with a key that stands outside it."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from alerts.store.errors import StoreError

KEY_FILE = "secret.key"
REMEMBERED = 2_000  # targets: of one delivery each is asked for several times


class VaultError(StoreError):
    """The key cannot be read, or does not open what is sealed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and unseals with the key of one data folder."""

    path: Path
    _fernet: Fernet = field(repr=False)

    @classmethod
    def open(cls, home: Path) -> "Vault":
        """Read the key file of the data folder; the first to ask makes it, readable by its owner alone."""
        path = home / KEY_FILE
        try:
            if not path.exists():
                _make_key(path)
            return cls(path, Fernet(path.read_bytes().strip()))
        except OSError as error:
            raise VaultError(
                f"{path}: the key cannot be read or made: {error.strerror}. See to the rights of that folder."
            ) from error
        except ValueError as error:
            raise VaultError(f"{path}: this is no key (44 characters of base64). Put back the file.") from error

    def seal(self, secret: Mapping[str, str]) -> str:
        """Return the fields as a sealed text."""
        return self._fernet.encrypt(json.dumps(dict(secret), ensure_ascii=False).encode()).decode()

    def sign(self, purpose: str, text: str) -> str:
        """Return the text with a signature that only this key makes, fit for an address."""
        made = hmac.digest(self.path.read_bytes().strip(), f"{purpose}:{text}".encode(), hashlib.sha256)
        return f"{text}-{base64.b32encode(made[:15]).decode('ascii').lower()}"

    def signed(self, purpose: str, given: str) -> str | None:
        """Return the text that was signed for this purpose; None when it was not."""
        text, _, _ = given.rpartition("-")
        return text if text and hmac.compare_digest(self.sign(purpose, text).encode(), given.encode()) else None

    def unseal(self, sealed: str) -> dict[str, str]:
        """Return the fields; raise VaultError when they were sealed with another key."""
        try:
            return dict(_unsealed(self._fernet, sealed))
        except InvalidToken as error:
            raise VaultError(
                f"{self.path}: this key does not open the targets in this database, which were sealed with another. "
                "Put back the key file that belongs to the database, or remove the destinations and add them again."
            ) from error


@lru_cache(REMEMBERED)
def _unsealed(fernet: Fernet, sealed: str) -> dict[str, str]:
    """Return the fields; whoever holds the key could read them at any time, so the last ones are remembered."""
    fields: dict[str, str] = json.loads(fernet.decrypt(sealed.encode()))
    return fields


def _make_key(path: Path) -> None:
    """Write aside and link: two starters agree on one key, and a half-written one is never seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(aside)
    except FileExistsError:
        return  # another process was first: its key holds
    finally:
        aside.unlink()
