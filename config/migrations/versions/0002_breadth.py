"""Sources at breadth: official facts, attachments, revisions' events, withdrawals, reposts, health, hosts."""

import sqlalchemy as sa
from alembic import op

from config.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('hosts',
    sa.Column('host', sa.Text(), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=True),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('crawl_delay', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_hosts'))
    )
    op.create_table('attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.Text(), server_default='', nullable=False),
    sa.Column('size', sa.Integer(), server_default='0', nullable=False),
    sa.Column('content_hash', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('pages', sa.JSON(), nullable=False),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.Text(), nullable=True),
    sa.Column('fetched_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_attachments_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments')),
    sa.UniqueConstraint('notice_id', 'url', 'name', name=op.f('uq_attachments_notice_id_url_name'))
    )
    op.create_table('signature_bands',
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('band', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_signature_bands_notice_id')),
    sa.PrimaryKeyConstraint('notice_id', 'band', name=op.f('pk_signature_bands'))
    )
    with op.batch_alter_table('signature_bands') as batch_op:
        batch_op.create_index(op.f('ix_signature_bands_band'), ['band'], unique=False)

    op.create_table('signatures',
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('signature', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_signatures_notice_id')),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_signatures'))
    )
    with op.batch_alter_table('deliveries') as batch_op:
        batch_op.alter_column('digest_id',
               existing_type=sa.Integer(),
               nullable=True)

    with op.batch_alter_table('matches') as batch_op:
        batch_op.add_column(sa.Column('event', sa.Text(), server_default='new', nullable=False))
        batch_op.drop_constraint(op.f('uq_matches_subscription_id_notice_id'), type_='unique')
        batch_op.create_unique_constraint(op.f('uq_matches_subscription_id_notice_id_event'), ['subscription_id', 'notice_id', 'event'])

    with op.batch_alter_table('notices') as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('written', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('effective', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('deadline', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('facts', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('misses', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('withdrawn_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('next_reread_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('cluster_id', sa.Integer(), nullable=True))
        batch_op.create_index(op.f('ix_notices_cluster_id'), ['cluster_id'], unique=False)
        batch_op.create_index(op.f('ix_notices_deadline'), ['deadline'], unique=False)
        batch_op.create_index(op.f('ix_notices_next_reread_at'), ['next_reread_at'], unique=False)
        batch_op.create_foreign_key(op.f('fk_notices_cluster_id'), 'notices', ['cluster_id'], ['id'])

    with op.batch_alter_table('sources') as batch_op:
        batch_op.add_column(sa.Column('state', sa.Text(), server_default='new', nullable=False))
        batch_op.add_column(sa.Column('state_since', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('told_state', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('rhythm', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('checked_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('check', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('swept_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('backfill', sa.JSON(), nullable=True))

    with op.batch_alter_table('subscribers') as batch_op:
        batch_op.add_column(sa.Column('operator', sa.Boolean(), server_default=sa.false(), nullable=False))
