"""The tables of alerts/: who wants what, what met it, what left for whom."""

import sqlalchemy as sa

from config.database import UtcDateTime, metadata
from config.packed import PackedJson

subscribers = sa.Table(
    "subscribers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("language", sa.Text, nullable=False, server_default="zh"),
    sa.Column("operator", sa.Boolean, nullable=False, server_default=sa.false()),  # is told of the state of sources
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subscriber_id", sa.Integer, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),  # counts up when the rule changes
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("problem", sa.Text, nullable=False, server_default=""),  # why the rule no longer reads
    sa.Column("told_problem", sa.Text, nullable=False, server_default=""),  # the problem its owner was told of
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),  # not matched from then on
    sa.Column("most", sa.Integer),  # notices of it in one digest; the best ones
    sa.Column("everywhere", sa.Boolean, nullable=False, server_default=sa.true()),  # else as `routes` say
    sa.UniqueConstraint("subscriber_id", "rule"),
)

rule_changes = sa.Table(  # what is to be read again by who keeps the rules ready
    "rule_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subscription_id", sa.Integer, nullable=False),  # which may be gone
    sa.Column("mark", sa.Text, nullable=False),  # random: tells this row from one of the same number in a restored copy
)

destinations = sa.Table(
    "destinations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subscriber_id", sa.Integer, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),  # the channel's fields, encrypted JSON
    sa.Column("token_hash", sa.Text, unique=True),  # SHA-256 of its unsubscribe token: found without unsealing
    sa.Column("cadence", sa.Text, nullable=False, server_default="daily"),
    sa.Column("at", sa.Time, nullable=False),  # local time of a daily digest
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("problem", sa.Text, nullable=False, server_default=""),  # a permanent failure, in the receiver's words
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False, server_default="0"),  # of a weekly digest; 0 is Monday
    sa.Column("quiet_from", sa.Time),  # local; nothing is sent until quiet_until
    sa.Column("quiet_until", sa.Time),
    sa.Column("tell_empty", sa.Boolean, nullable=False, server_default=sa.false()),  # also when nothing was found
    sa.Column("grouping", sa.Text, nullable=False, server_default="section"),  # section region rule
    sa.Column("when_unknown", sa.Text, nullable=False, server_default="resend"),  # resend hold: after no answer came
    sa.Column("confirmed", sa.Boolean, nullable=False, server_default=sa.true()),  # the reader said yes to it
    sa.Column("resting_until", UtcDateTime),  # mails came back for now: nothing is sent until then
    sa.UniqueConstraint("subscriber_id", "name"),
)

stage_days = sa.Table(
    "stage_days",
    metadata,
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
)
"""Up to which day a stage that works day by day has come."""
routes = sa.Table(
    "routes",
    metadata,
    sa.Column("subscription_id", sa.Integer, sa.ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "destination_id", sa.Integer, sa.ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)
"""Where a rule goes that does not go everywhere."""

matches = sa.Table(
    "matches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subscription_id", sa.Integer, sa.ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("notice_id", sa.Integer, sa.ForeignKey("notices.id"), nullable=False, index=True),
    sa.Column("rule_revision", sa.Integer, nullable=False),
    sa.Column("notice_revision", sa.Integer, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("matched_at", UtcDateTime, nullable=False),
    sa.Column("event", sa.Text, nullable=False, server_default="new"),  # new revised:2 withdrawn:1 back:1
    sa.UniqueConstraint("subscription_id", "notice_id", "event"),
)

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("destination_id", sa.Integer, sa.ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("period", sa.Text, nullable=False),  # local label: 2026-11-23, or a moment for one closed by hand
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime, nullable=False),
    sa.Column("notices", sa.Integer, nullable=False),
    sa.Column("content", PackedJson),  # the digest as it was, for `digest show`; empty when nothing was found
    sa.UniqueConstraint("destination_id", "period"),
    sa.Index("ix_digests_destination_id_until", "destination_id", "until"),
)

digest_items = sa.Table(
    "digest_items",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("destination_id", sa.Integer, sa.ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("match_id", sa.Integer, sa.ForeignKey("matches.id", ondelete="CASCADE"), nullable=False),
    sa.Column("digest_id", sa.Integer, sa.ForeignKey("digests.id", ondelete="CASCADE")),  # empty: it waits
    sa.Column("fate", sa.Text, nullable=False, server_default=""),  # why the digest does not show it: capped, no_news
    sa.UniqueConstraint("destination_id", "match_id"),
    sa.Index("ix_digest_items_destination_id_digest_id", "destination_id", "digest_id"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest_id", sa.Integer, sa.ForeignKey("digests.id", ondelete="CASCADE")),  # empty: a note, no digest
    sa.Column("destination_id", sa.Integer, sa.ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),  # the same on every attempt: Message-ID, webhook-id
    sa.Column("message", PackedJson, nullable=False),  # what is sent, word for word, on every attempt
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),  # waiting sending delivered held dead
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_attempt_at", UtcDateTime, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),  # the receiver's last words
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default="digest"),  # digest note confirmation
    sa.Column("queue", sa.Integer, nullable=False, server_default="1"),  # 0 is urgent: before all that is in 1
    sa.UniqueConstraint("digest_id", "part"),
    sa.Index("ix_deliveries_state_queue_next_attempt_at", "state", "queue", "next_attempt_at"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("delivery_id", sa.Integer, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),  # empty: interrupted, the outcome is unknown
    sa.Column("result", sa.Text),  # delivered retry permanent unknown
    sa.Column("code", sa.Text, nullable=False, server_default=""),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("bytes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("duration_ms", sa.Integer, nullable=False, server_default="0"),
    sa.UniqueConstraint("delivery_id", "number"),
)

pacing = sa.Table(
    "pacing",
    metadata,
    sa.Column("lane", sa.Text, primary_key=True),  # a channel and what names its target, hashed
    sa.Column("bucket", sa.Text, primary_key=True),  # the number of one of its rates; held: nothing leaves at all
    sa.Column("full_at", UtcDateTime, nullable=False),  # when as many may leave at once as ever
)

suppressions = sa.Table(
    "suppressions",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),  # in lower case
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
"""Mailboxes that no mail goes to, whoever names them."""

bounces = sa.Table(
    "bounces",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False, unique=True),  # of the mail: read twice it counts once
    sa.Column("destination_id", sa.Integer, sa.ForeignKey("destinations.id", ondelete="CASCADE"), index=True),
    sa.Column("delivery_id", sa.Integer, sa.ForeignKey("deliveries.id", ondelete="SET NULL"), index=True),
    sa.Column("kind", sa.Text, nullable=False),  # hard soft complaint
    sa.Column("status", sa.Text, nullable=False, server_default=""),  # 5.1.1
    sa.Column("words", sa.Text, nullable=False, server_default=""),
    sa.Column("received_at", UtcDateTime, nullable=False),
)
