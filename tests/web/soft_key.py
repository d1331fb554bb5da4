"""A passkey in software: what a browser and a security key would answer (WebAuthn Level 2)."""

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SoftKey:
    """One resident ES256 credential for one site."""

    origin: str = "http://testserver"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: os.urandom(32))
    user_handle: str = ""
    count: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """Answer a registration: an attestation without a statement."""
        asked = options["publicKey"]
        self.user_handle = asked["user"]["id"]
        client = self._client("webauthn.create", asked["challenge"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(asked["rp"]["id"], HAS_CREDENTIAL) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        answer = {"clientDataJSON": encoded(client), "attestationObject": encoded(attestation)}
        return self._told(answer, clientExtensionResults={"credProps": {"rk": True}})

    def get(self, options: dict[str, Any]) -> str:
        """Answer a challenge: sign what the site sent."""
        asked = options["publicKey"]
        client = self._client("webauthn.get", asked["challenge"])
        self.count += 1
        data = self._data(asked["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {
            "clientDataJSON": encoded(client), "authenticatorData": encoded(data),
            "signature": encoded(signature), "userHandle": self.user_handle,
        }  # fmt: skip
        return self._told(answer, clientExtensionResults={})

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, site: str, flags: int) -> bytes:
        flags |= USER_PRESENT | USER_VERIFIED
        return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _told(self, answer: dict[str, str], **others: Any) -> str:
        return json.dumps(
            {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key",
             "response": answer, **others}
        )  # fmt: skip
