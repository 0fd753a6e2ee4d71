"""Strict stand-ins of receivers, over real SMTP and HTTP on loopback: the demo delivers to them, the tests too."""
