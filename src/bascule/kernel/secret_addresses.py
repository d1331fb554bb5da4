"""Addresses that only who was given them knows: what is random in them, and what is kept of it.

No Django import.
"""

import secrets
from hashlib import sha256


def new_secret() -> str:
    """Return the secret of a new address: 192 random bits in 32 characters that fit an address."""
    return secrets.token_urlsafe(24)


def digest_of(secret: str) -> str:
    """Return the digest of a secret (SHA-256, 64 hex digits): what the database keeps of it."""
    return sha256(secret.encode()).hexdigest()
