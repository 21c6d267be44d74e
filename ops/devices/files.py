"""Key and certificate of a device on this machine. The private key is created here and never leaves it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


class DeviceFiles:
    """``<id>.key.pem`` (PKCS #8, readable by its owner only) and ``<id>.cert.pem`` in one folder."""

    def __init__(self, folder: Path, device: str) -> None:
        self._device = device
        self.key = folder / f"{device}.key.pem"
        self.certificate = folder / f"{device}.cert.pem"

    def make_key(self) -> None:
        """Create a key on P-256, which every IoT Core endpoint accepts. Raises `InputError` if a file exists."""
        private = ec.generate_private_key(ec.SECP256R1())
        text = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        if self.certificate.exists():
            raise InputError(f"{self.certificate} exists; choose another folder with --out")
        self.key.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(self.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise InputError(f"{self.key} exists; choose another folder with --out") from error
        with os.fdopen(handle, "wb") as file:
            file.write(text)

    def signing_request(self) -> str:
        """Return a certificate signing request for the key, in PEM. Raises `InputError` for an invalid key."""
        try:
            private = serialization.load_pem_private_key(self.key.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise InputError(f"{self.key} is not a readable private key in PEM") from error
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise InputError(f"{self.key} must be a key on an elliptic curve")
        # A common name is limited to 64 characters, an id to 128. IoT Core identifies the certificate, not its name.
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self._device[:64])])
        request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(private, hashes.SHA256())
        return request.public_bytes(serialization.Encoding.PEM).decode()

    def remove(self) -> None:
        self.key.unlink(missing_ok=True)
        self.certificate.unlink(missing_ok=True)
