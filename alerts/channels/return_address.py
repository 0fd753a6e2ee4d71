"""The return address of a mail tells whose bounce comes back (VERP), and is signed so that nobody can make one up.

bounces@office.example → bounces+17-kx5v…@office.example: the delivery, and a signature with the key of the destination.
"""

import base64
import hashlib
import hmac
import re

TAG = re.compile(r"\+(\d{1,18})-([a-z2-7]{16})@", re.IGNORECASE)


def return_address(bounces: str, delivery_id: int, secret: str) -> str:
    """Return the address that bounces of a delivery come back to; `secret` is the token of its destination."""
    local, _, domain = bounces.rpartition("@")
    return f"{local}+{delivery_id}-{_tag(delivery_id, secret)}@{domain}"


def delivery_of(address: str) -> tuple[int, str] | None:
    """Return which delivery a return address speaks of, and its signature; None when it is none of ours."""
    found = TAG.search(address)
    return (int(found[1]), found[2].lower()) if found else None


def is_ours(delivery_id: int, tag: str, secret: str) -> bool:
    """Tell whether a return address was made by us."""
    return hmac.compare_digest(_tag(delivery_id, secret), tag)


def _tag(delivery_id: int, secret: str) -> str:
    made = hmac.digest(secret.encode(), f"return:{delivery_id}".encode(), hashlib.sha256)
    return base64.b32encode(made[:10]).decode("ascii").lower()
