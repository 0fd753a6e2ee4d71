"""What a list page says of where its rows are is remembered, so that it is not asked for in every crawl."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("pages") as batch_op:
        batch_op.add_column(sa.Column("names", sa.JSON(), nullable=True))
