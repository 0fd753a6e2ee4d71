"""Cadences, routes, caps and expiry; held and urgent deliveries; suppressions and bounces."""

import sqlalchemy as sa
from alembic import op

from config.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("subscriptions") as batch_op:
        batch_op.add_column(sa.Column("expires_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("most", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("everywhere", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("destinations") as batch_op:
        batch_op.add_column(sa.Column("weekday", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("quiet_from", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("quiet_until", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("tell_empty", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("grouping", sa.Text(), server_default="section", nullable=False))
        batch_op.add_column(sa.Column("when_unknown", sa.Text(), server_default="resend", nullable=False))
        batch_op.add_column(sa.Column("confirmed", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("resting_until", UtcDateTime(), nullable=True))

    op.create_table(
        "routes",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_routes_destination_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_routes_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscription_id", "destination_id", name=op.f("pk_routes")),
    )
    op.create_index(op.f("ix_routes_destination_id"), "routes", ["destination_id"], unique=False)

    op.create_index("ix_digests_destination_id_until", "digests", ["destination_id", "until"], unique=False)

    with op.batch_alter_table("digest_items") as batch_op:
        batch_op.add_column(sa.Column("fate", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="digest", nullable=False))
        batch_op.add_column(sa.Column("queue", sa.Integer(), server_default="1", nullable=False))
        batch_op.drop_index("ix_deliveries_state_next_attempt_at")
        batch_op.create_index(
            "ix_deliveries_state_queue_next_attempt_at", ["state", "queue", "next_attempt_at"], unique=False
        )
    op.execute("UPDATE deliveries SET kind = 'note' WHERE digest_id IS NULL")

    op.create_table(
        "suppressions",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_bounces_delivery_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_bounces_destination_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_bounces_fingerprint")),
    )
    op.create_index(op.f("ix_bounces_delivery_id"), "bounces", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_bounces_destination_id"), "bounces", ["destination_id"], unique=False)
