"""What time and change do to rules: the day up to which windows were asked, the last deadline, problems told."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('stage_days',
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('stage', name=op.f('pk_stage_days'))
    )
    with op.batch_alter_table('subscriptions') as batch_op:
        batch_op.add_column(sa.Column('told_problem', sa.Text(), server_default='', nullable=False))
    with op.batch_alter_table('notices') as batch_op:
        batch_op.add_column(sa.Column('deadline_last', sa.Date(), nullable=True))
        batch_op.create_index(op.f('ix_notices_deadline_last'), ['deadline_last'], unique=False)
    _fill()


def _fill() -> None:
    """Write down the last deadline of notices that have some."""
    notices = sa.table(
        'notices', sa.column('id', sa.Integer), sa.column('deadline', sa.Date), sa.column('deadline_last', sa.Date),
        sa.column('facts', sa.JSON),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(notices.c.id, notices.c.facts).where(notices.c.deadline.is_not(None))).all()
    for row in rows:
        days = [date.fromisoformat(one['day']) for one in (row.facts or {}).get('deadlines', ())]
        update = sa.update(notices).where(notices.c.id == row.id)
        connection.execute(update.values(deadline_last=max(days) if days else notices.c.deadline))
