"""Mails that come back: a mailbox is read, each report is understood, and its destination rests or is stopped.

`boxes` opens a Maildir or an IMAP folder, `reports` reads a DSN (RFC 3464), a complaint (ARF, RFC 5965), a bounce in
words, or an unsubscribe mail, `taking` writes down what follows from it, once for each mail.
"""

from alerts.bounces.boxes import BoxError, open_box
from alerts.bounces.taking import Intake, take_all

__all__ = ["BoxError", "Intake", "open_box", "take_all"]
