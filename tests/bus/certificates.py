"""Certificates for the TLS tests, made by the openssl command."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    """An authority, a broker's certificate signed by it, a client's, and another authority."""

    ca: Path
    other_ca: Path
    broker: Path
    broker_key: Path
    client: Path
    client_key: Path


def make_certificates(folder: Path, host: str = "127.0.0.1") -> Certificates:
    for name in ("ca", "other"):
        _openssl(
            folder,
            f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={name}"
            f" -keyout {name}.key -out {name}.pem",
        )
    names = f"subjectAltName=IP:{host}" if host[0].isdigit() else f"subjectAltName=DNS:{host}"
    (folder / "broker.ext").write_text(names)
    (folder / "client.ext").write_text("subjectAltName=DNS:bridge")
    for name in ("broker", "client"):
        _openssl(
            folder,
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            f" -subj /CN={name} -keyout {name}.key -out {name}.csr",
        )
        _openssl(
            folder,
            f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
            f" -extfile {name}.ext -out {name}.pem",
        )
    return Certificates(
        ca=folder / "ca.pem",
        other_ca=folder / "other.pem",
        broker=folder / "broker.pem",
        broker_key=folder / "broker.key",
        client=folder / "client.pem",
        client_key=folder / "client.key",
    )


def _openssl(folder: Path, command: str) -> None:
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
