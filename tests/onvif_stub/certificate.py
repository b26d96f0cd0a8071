"""A certificate that nobody vouches for, as cameras come with, made anew for each run."""

from __future__ import annotations

import functools
import ssl
import subprocess
import tempfile
from pathlib import Path


@functools.cache
def server_context() -> ssl.SSLContext:
    """With a self-signed certificate for 127.0.0.1, made by the openssl program; the key is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key.pem"), Path(folder, "certificate.pem")
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        names = ["-subj", "/CN=IPCamera", "-addext", "subjectAltName=IP:127.0.0.1"]
        files = ["-keyout", str(key), "-out", str(certificate)]
        subprocess.run(["openssl", "req", "-x509", *curve, *names, *files], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context
