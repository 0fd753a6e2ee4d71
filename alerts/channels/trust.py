"""Whose certificates are believed, for HTTP and SMTP alike: the usual authorities, and those of this machine."""

import os
import ssl
from functools import cache

import httpx


def tls_context() -> ssl.SSLContext:
    """Return the context of every outgoing TLS connection; SSL_CERT_FILE and SSL_CERT_DIR replace the authorities."""
    return _context(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


@cache
def _context(file: str, folder: str) -> ssl.SSLContext:
    context = httpx.create_ssl_context()  # reads the two variables itself
    if not file and not folder:
        context.load_default_certs()  # authorities that an operator added to the system
    return context


def fault_in_words(error: BaseException | None) -> str:
    """Say why no connection came about: what is wrong with the certificate, or the system's words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message or error.reason}"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection could be agreed: {error.reason or error}"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return ""
