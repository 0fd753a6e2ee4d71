"""A row of the table of notices as a value."""

from typing import Any

import sqlalchemy as sa

from crawler.archive.facts import facts_of_dict
from crawler.notice import Absence, ArchivedNotice, Attachment


def archived_notice(row: sa.Row[Any]) -> ArchivedNotice:
    """Return what a row says."""
    return ArchivedNotice(
        id=row.id,
        key=row.key,
        source=row.source_id,
        title=row.title,
        text=row.text,
        url=row.url,
        agency=row.agency,
        document_number=row.document_number,
        regions=tuple(row.regions),
        section=row.section,
        published=row.published,
        attachments=tuple(Attachment(**attachment) for attachment in row.attachments),
        page=row.page,
        facts=facts_of_dict(row.facts),
        revision=row.revision,
        first_seen_at=row.first_seen_at,
        revised_at=row.revised_at,
        withdrawn_at=row.withdrawn_at,
        withdrawals=row.withdrawals,
        absence=None if row.absent_until is None else Absence(row.absent_since, row.absent_until),
        bulletin_id=row.bulletin_id,
        cluster_id=row.cluster_id,
    )
