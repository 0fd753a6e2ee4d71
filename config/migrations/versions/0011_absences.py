"""A notice that comes back after a withdrawal says so: how often it was withdrawn, and from when to when the last time."""

import sqlalchemy as sa
from alembic import op

from config.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what was withdrawn until now was so once."""
    with op.batch_alter_table("notices") as batch_op:
        batch_op.add_column(sa.Column("withdrawals", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("absent_since", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("absent_until", UtcDateTime(), nullable=True))
    told = "SELECT notice_id FROM matches WHERE event = 'withdrawn'"
    op.execute(f"UPDATE notices SET withdrawals = 1 WHERE withdrawn_at IS NOT NULL OR id IN ({told})")  # noqa: S608
    op.execute("UPDATE matches SET event = 'withdrawn:1' WHERE event = 'withdrawn'")


def downgrade() -> None:
    """Undo; of several withdrawals the first is kept, and nothing is said to be back."""
    op.execute("UPDATE matches SET event = 'withdrawn' WHERE event = 'withdrawn:1'")
    op.execute("DELETE FROM matches WHERE event LIKE 'withdrawn:%' OR event LIKE 'back:%'")
    for name in ("absent_until", "absent_since", "withdrawals"):
        op.drop_column("notices", name)  # in place: a table that is made anew would lose its triggers
