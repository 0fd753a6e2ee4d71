"""The points of a message's way at which something happens to a process: a kill, a full disk, a step of the clock."""

from dataclasses import dataclass
from datetime import timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in the program, before or after the nth call of a function, and what happens there.

    Without a function it is where the receiver has the message and has not answered. The process dies there, unless its
    disk is `full`, its clock steps, or it merely waits for what a `second` process does meanwhile with a stage.
    """

    name: str
    stage: str
    at: str = ""
    before: bool = True
    nth: int = 1
    channel: str = "webhook"
    parts: int = 1
    places: int = 1  # readers whose messages are due at once
    fails_first: bool = False
    given_up: bool = False  # the message has been given up, and is sent again by hand
    slow: bool = False  # the receiver takes longer than a third of the lease
    holds: bool = False  # the destination chose to hold what may have been taken
    again: int = 0  # messages that come again each time, and are known as such
    second: str = ""
    lives: bool = False
    full: bool = False
    clock: timedelta = timedelta()

    @property
    def dies(self) -> bool:
        """Tell whether the process is killed."""
        return not (self.lives or self.full or self.clock)


MIGRATION, PAGES, ITEM = (
    "config.upgrades:_refuse_orphans",
    "crawler.desk:remember_pages",
    "alerts.matching:queue_matches",
)
WRITE, WRITTEN = "alerts.store.closed:_send_out", "alerts.digest.closing:_written"
SEND, MARK, TURN = "alerts.delivery:_attempt", "alerts.batch:finish_delivered", "alerts.batch:_turn_over"
RENEW, REPLAY = "alerts.heart:renew_lease", "alerts.cli.deliveries:replay_deliveries"

KILLED = (
    Point(name="in a migration", stage="upgrade", at=MIGRATION),
    Point(name="in the transaction of a notice", stage="archive", at=PAGES),
    Point(name="notice archived, source not moved on", stage="archive", at="tests.bench.ways:finish_crawl"),
    Point(name="between match and digest item", stage="match", at=ITEM),
    Point(name="digest drafted, not written", stage="close", at=WRITTEN),
    Point(name="digest half written", stage="close", at=WRITE),
    Point(name="digest written, not committed", stage="close", at=WRITE, before=False),
    Point(name="digest committed", stage="close", at=WRITTEN, before=False),
    Point(name="claimed, not sent", stage="deliver", at=SEND),
    Point(name="sent, not answered (webhook)", stage="deliver", again=1),
    Point(name="sent, not answered (chat robot)", stage="deliver", channel="wecom", again=1),
    Point(name="answered, not marked (webhook)", stage="deliver", at=SEND, before=False, again=1),
    Point(name="answered, not marked (chat robot)", stage="deliver", at=SEND, before=False, channel="wecom", again=1),
    Point(name="marked, not committed", stage="deliver", at=MARK, before=False, again=1),
    Point(name="marked", stage="deliver", at=TURN, before=False, nth=2),
    Point(name="between two parts", stage="deliver", at=SEND, nth=2, parts=2),
    Point(name="a retry is scheduled", stage="deliver", at="alerts.batch:_let_go", fails_first=True),
)
"""Each process dies, and another goes on."""

HELD = (
    Point(name="claimed, not sent (held)", stage="deliver", at=SEND, channel="wecom", holds=True),
    Point(name="sent, not answered (held)", stage="deliver", channel="wecom", holds=True),
    Point(name="answered, not marked (held)", stage="deliver", at=SEND, before=False, channel="wecom", holds=True),
)
"""The same at chat robots whose destination wants no repeats: a person decides."""

MAILS = (
    Point(name="a hand of mails claimed", stage="deliver", at=SEND, channel="email", places=3),
    Point(name="DATA ended, not answered (mail)", stage="deliver", channel="email", places=3, again=1),
    Point(
        name="taken, not recorded (mail)", stage="deliver", at=SEND, before=False, channel="email", places=3, again=1
    ),
    Point(name="between two mails of a hand", stage="deliver", at=SEND, nth=2, channel="email", places=3, again=1),
    Point(
        name="mails marked, not committed", stage="deliver", at=MARK, before=False, channel="email", places=3, again=3
    ),
)

RENEWALS = (
    Point(name="a lease is to be renewed", stage="deliver", at=RENEW, slow=True, again=1),
    Point(name="a lease renewed, not committed", stage="deliver", at=RENEW, before=False, slow=True, again=1),
)

REPLAYS = (
    Point(name="replay is to begin", stage="replay", at=REPLAY, given_up=True),
    Point(name="replayed, not committed", stage="replay", at=REPLAY, before=False, given_up=True),
    Point(name="replayed, a second delivers", stage="replay", at=REPLAY, before=False, given_up=True, second="deliver"),
    Point(name="replayed while it is sent", stage="deliver", at=SEND, given_up=True, second="replay", lives=True),
)

SECONDS = (
    Point(name="a second starts: migration", stage="upgrade", at=MIGRATION, second="upgrade", lives=True),
    Point(name="a second starts: archiving", stage="archive", at=PAGES, second="archive", lives=True),
    Point(name="a second starts: matching", stage="match", at=ITEM, second="match", lives=True),
    Point(name="a second starts: digest drafted", stage="close", at=WRITTEN, second="close", lives=True),
    Point(name="a second starts: digest half written", stage="close", at=WRITE, second="close", lives=True),
    Point(name="a second starts: claimed", stage="deliver", at=SEND, places=3, second="deliver", lives=True),
    Point(
        name="a second starts: answered (chat robot)",
        stage="deliver",
        at=SEND,
        before=False,
        channel="wecom",
        second="deliver",
        lives=True,
    ),
    Point(
        name="a second starts: mails", stage="deliver", at=SEND, channel="email", places=3, second="deliver", lives=True
    ),
    Point(
        name="a second starts, the first dies",
        stage="deliver",
        at=SEND,
        before=False,
        places=3,
        second="deliver",
        again=1,
    ),
)
"""Two processes at one database."""

FULL = (
    Point(name="disk full: a notice", stage="archive", at=PAGES, full=True),
    Point(name="disk full: a match", stage="match", at=ITEM, full=True),
    Point(name="disk full: a digest", stage="close", at=WRITE, full=True),
    Point(name="disk full: an answer (webhook)", stage="deliver", at=SEND, before=False, full=True, again=1),
    Point(
        name="disk full: an answer (chat robot)",
        stage="deliver",
        at=SEND,
        before=False,
        channel="wecom",
        full=True,
        again=1,
    ),
    Point(
        name="disk full: an answer (held)",
        stage="deliver",
        at=SEND,
        before=False,
        channel="wecom",
        holds=True,
        full=True,
    ),
    Point(
        name="disk full: answers (mails)",
        stage="deliver",
        at=SEND,
        before=False,
        channel="email",
        places=3,
        full=True,
        again=3,
    ),
)
"""Nothing more can be written until the stage has failed; then there is room again."""

CLOCKS = (
    Point(name="clock an hour back (webhook)", stage="deliver", at=SEND, clock=-HOUR),
    Point(name="clock an hour on (webhook)", stage="deliver", at=SEND, clock=HOUR),
    Point(name="clock an hour back (chat robot)", stage="deliver", at=SEND, channel="wecom", clock=-HOUR),
    Point(name="clock an hour on (chat robot)", stage="deliver", at=SEND, channel="wecom", clock=HOUR),
    Point(name="clock an hour on (mails)", stage="deliver", at=SEND, channel="email", places=3, clock=HOUR),
    Point(
        name="clock an hour on, a second starts",
        stage="deliver",
        at=SEND,
        before=False,
        clock=HOUR,
        second="deliver",
        again=1,
    ),
    Point(name="clock an hour back in a closing", stage="close", at=WRITTEN, clock=-HOUR),
)
"""Between claim and record."""

POINTS = (*KILLED, *HELD, *MAILS, *RENEWALS, *REPLAYS, *SECONDS, *FULL, *CLOCKS)
