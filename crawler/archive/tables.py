"""The crawler's tables: what was read, when, and how each crawl ended."""

import sqlalchemy as sa

from config.database import UtcDateTime, metadata

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # the table name in config/sources
    sa.Column("next_crawl_at", UtcDateTime, nullable=False, index=True),
    sa.Column("last_crawl_at", UtcDateTime),
    sa.Column("last_success_at", UtcDateTime),  # the last ok or unchanged
    sa.Column("verdict", sa.Text),  # of the last finished crawl
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # in a row
    sa.Column("state", sa.Text, nullable=False, server_default="new"),  # fresh late stale blocked broken: its health
    sa.Column("state_since", UtcDateTime),
    sa.Column("told_state", sa.Text, nullable=False, server_default=""),  # the state the operator was told last
    sa.Column("rhythm", sa.JSON),  # what was learned of how often it publishes
    sa.Column("checked_at", UtcDateTime),
    sa.Column("check", sa.JSON),  # what `sources check` saw: verdict, reason, rows, the first notice
    sa.Column("swept_at", UtcDateTime),  # when pages were last read though the first ones brought no news
    sa.Column("backfill", sa.JSON),  # how far `crawl --since` has come, so that it can go on
)

hosts = sa.Table(
    "hosts",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("not_before", UtcDateTime),  # after a refusal or Retry-After: no request earlier
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # in a row
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("crawl_delay", sa.Float),  # what its robots.txt asks for, in seconds
)

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("content_hash", sa.Text),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("names", sa.JSON),  # what a list page says of where its rows are
)
"""What a conditional request needs: the validators of each page as it was last read whole."""

crawls = sa.Table(
    "crawls",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("round", sa.Text, nullable=False, index=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),  # empty while it runs, or for ever if the process died
    sa.Column("verdict", sa.Text),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("rows", sa.Integer, nullable=False, server_default="0"),
    sa.Column("added", sa.Integer, nullable=False, server_default="0"),
    sa.Column("revised", sa.Integer, nullable=False, server_default="0"),
    sa.Column("known", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("requests", sa.Integer, nullable=False, server_default="0"),
    sa.Column("bytes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("statistics", sa.JSON),
    sa.Index("ix_crawls_source_id_started_at", "source_id", "started_at"),
)

bulletins = sa.Table(
    "bulletins",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("number", sa.Integer),
    sa.Column("published", sa.Date),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False, server_default=""),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False, unique=True),
    sa.Column("imported_at", UtcDateTime, nullable=False),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("source_id", sa.Text, nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False, server_default=""),
    sa.Column("document_number", sa.Text, nullable=False, server_default=""),
    sa.Column("regions", sa.JSON, nullable=False),
    sa.Column("section", sa.Text, nullable=False, server_default=""),
    sa.Column("published", sa.Date, index=True),
    sa.Column("attachments", sa.JSON, nullable=False),
    sa.Column("page", sa.Integer),
    sa.Column("bulletin_id", sa.Integer, sa.ForeignKey("bulletins.id"), index=True),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Column("first_seen_at", UtcDateTime, nullable=False, index=True),
    sa.Column("last_seen_at", UtcDateTime, nullable=False),
    sa.Column("revised_at", UtcDateTime),
    sa.Column("matching", sa.Text, nullable=False, server_default="waiting"),  # waiting, then done
    sa.Column("kind", sa.Text, nullable=False, server_default=""),  # 通知, 意见, 公告 …
    sa.Column("written", sa.Date),  # 成文日期
    sa.Column("effective", sa.Date),  # 施行日期
    sa.Column("deadline", sa.Date, index=True),  # the earliest thing that ends
    sa.Column("deadline_last", sa.Date, index=True),  # the last of them
    sa.Column("facts", sa.JSON),  # every official fact with where it was read
    sa.Column("misses", sa.Integer, nullable=False, server_default="0"),  # how often in a row its page was gone
    sa.Column("withdrawn_at", UtcDateTime),
    sa.Column("withdrawals", sa.Integer, nullable=False, server_default="0"),  # how often it was withdrawn
    sa.Column("absent_since", UtcDateTime),  # of its last withdrawal that is over: from when
    sa.Column("absent_until", UtcDateTime),  # and until when
    sa.Column("next_reread_at", UtcDateTime, index=True),  # empty: it is not read again
    sa.Column("cluster_id", sa.Integer, sa.ForeignKey("notices.id"), index=True),  # the first of its reposts
    sa.Index("ix_notices_matching", "matching", sqlite_where=sa.text("matching = 'waiting'")),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("notice_id", sa.Integer, sa.ForeignKey("notices.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.UniqueConstraint("notice_id", "number"),
)

attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("notice_id", sa.Integer, sa.ForeignKey("notices.id"), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),  # of a ZIP's member: archive.zip/member.pdf
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False, server_default=""),
    sa.Column("size", sa.Integer, nullable=False, server_default="0"),
    sa.Column("content_hash", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.Text, nullable=False),  # read scanned unsupported unreadable too_large unfetched
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("pages", sa.JSON, nullable=False),  # the text of each page or sheet
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("notice_id", "url", "name"),
)
"""The files that notices link to, and what stands in them."""

signature_bands = sa.Table(
    "signature_bands",
    metadata,
    sa.Column("notice_id", sa.Integer, sa.ForeignKey("notices.id"), primary_key=True),
    sa.Column("band", sa.BigInteger, primary_key=True, index=True),
)
"""What notices that may be reposts of each other have in common."""
