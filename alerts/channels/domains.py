"""How many mails went to each recipient domain in the last minute, counted for all the workers of this process."""

import threading
from collections import defaultdict, deque
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


class Domains:
    """Lets so many mails a minute go to a domain."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[str, deque[datetime]] = defaultdict(deque)

    def wait(self, domain: str, most: int, now: datetime) -> float:
        """Return 0 and count a mail that may go now, else for how many seconds it has to wait."""
        with self._lock:
            sent = self._sent[domain]
            while sent and sent[0] <= now - MINUTE:
                sent.popleft()
            if len(sent) < most:
                sent.append(now)
                return 0.0
            return (sent[0] + MINUTE - now).total_seconds()


DOMAINS = Domains()
"""Of this process."""
