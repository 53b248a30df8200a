"""Writes Debian's certificate authorities as the trust store of Java: `python truststore.py PEM CACERTS`.

Debian's own hook dates each entry by the clock, so no two of its stores are equal; here all have one moment.
"""

import hashlib
import re
import ssl
import struct
import sys
from pathlib import Path

PASSWORD = "changeit"  # noqa: S105 - what Java tries where none is set; the store holds nothing secret
CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
MAGIC, VERSION, TRUSTED = 0xFEEDFEED, 2, 2
MOMENT = 0


def store(authorities: list[bytes]) -> bytes:
    """The bytes of a Java key store (format JKS) that trusts these certificates, each given in DER."""
    entries = b"".join(
        struct.pack(">I", TRUSTED) + _text(hashlib.sha256(authority).hexdigest()) + struct.pack(">Q", MOMENT)
        + _text("X.509") + struct.pack(">I", len(authority)) + authority
        for authority in authorities
    )  # fmt: skip
    content = struct.pack(">III", MAGIC, VERSION, len(authorities)) + entries
    salted = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + content
    return content + hashlib.sha1(salted, usedforsecurity=False).digest()


def authorities_of(pem: str) -> list[bytes]:
    """The certificates of a bundle in DER, each once, in an order that depends on nothing else."""
    return sorted({ssl.PEM_cert_to_DER_cert(found) for found in CERTIFICATE.findall(pem)})


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")


if __name__ == "__main__":
    bundle, cacerts = map(Path, sys.argv[1:])
    cacerts.write_bytes(store(authorities_of(bundle.read_text(encoding="utf-8"))))
