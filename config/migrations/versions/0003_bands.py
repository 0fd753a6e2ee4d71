"""Bands of reposts hold what the titles must have in common, as numbers; signatures are no longer kept.

The bands of what is archived already cannot be told without its words: only what comes now is found to be a repost of
what comes later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_table('signatures')
    op.drop_table('signature_bands')
    op.create_table('signature_bands',
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('band', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_signature_bands_notice_id')),
    sa.PrimaryKeyConstraint('notice_id', 'band', name=op.f('pk_signature_bands'))
    )
    with op.batch_alter_table('signature_bands') as batch_op:
        batch_op.create_index(op.f('ix_signature_bands_band'), ['band'], unique=False)
