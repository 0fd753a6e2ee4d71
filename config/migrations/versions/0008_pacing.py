"""The pace of each target, shared by all workers."""

import sqlalchemy as sa
from alembic import op

from config.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "pacing",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("full_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "bucket", name=op.f("pk_pacing")),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("pacing")
