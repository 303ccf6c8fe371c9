"""A key of idempotency names what its request made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("idempotent_answers", schema=None) as table:
        table.add_column(sa.Column("made", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("idempotent_answers", schema=None) as table:
        table.drop_column("made")
