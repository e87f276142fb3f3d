"""Certificates of a day, with an authority of their own, for what speaks TLS in tests."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


@dataclass
class Papers:
    """A certificate, its key, and the authority that signed it."""

    authority: Path
    certificate: Path
    key: Path


def signed(subject: str, key: Key, issuer: str, by: Key, *extensions: Any) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )
    for each in extensions:
        builder = builder.add_extension(each, critical=True)
    return builder.sign(by, hashes.SHA256())


def papers(folder: Path, name: str) -> Papers:
    """Make an authority and a certificate for a name, both of a day."""
    folder.mkdir()
    made = Papers(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    may_sign = x509.BasicConstraints(ca=True, path_length=0)
    issuer = f"authority of {folder.name}"
    root = signed(issuer, authority, issuer, authority, may_sign)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    leaf = signed(name, server, issuer, authority, x509.SubjectAlternativeName(names))
    pem = serialization.Encoding.PEM
    made.authority.write_bytes(root.public_bytes(pem))
    made.certificate.write_bytes(leaf.public_bytes(pem))
    plain, form = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    made.key.write_bytes(server.private_bytes(pem, form, plain))
    return made
