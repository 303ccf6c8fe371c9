"""Leases go; what the durable engine and its take-over need comes."""

import sqlalchemy as sa
from alembic import op

import service.store.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = service.store.tables.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Forward. What is under way is handed to the engine anew, from its last recorded step."""
    op.create_table(
        "forward_workers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("submissions", schema=None) as table:
        table.drop_index("ix_submissions_due")
        table.drop_column("lease_owner")
        table.drop_column("lease_until")
        table.add_column(sa.Column("owner_id", sa.String(length=128), nullable=True))
        table.add_column(sa.Column("expires_at", _TIME, nullable=True))
        table.add_column(sa.Column("outcome_at", _TIME, nullable=True))
        table.add_column(sa.Column("go", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("handed_over_at", _TIME, nullable=True))
        table.add_column(sa.Column("worker", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    # A day from now for all that is under way: the deadline is longer than any upgrade.
    submissions = sa.table("submissions", sa.column("expires_at", _TIME))
    later = sa.func.now() + sa.text("INTERVAL '1 day'")
    if op.get_bind().dialect.name == "sqlite":
        later = sa.func.datetime("now", "+1 day")
    op.execute(submissions.update().values(expires_at=later))
    with op.batch_alter_table("submissions", schema=None) as table:
        table.alter_column("expires_at", existing_type=_TIME, nullable=False)
        table.create_index("ix_submissions_waiting", ["state", "handed_over_at"], unique=False)
    with op.batch_alter_table("outgoing_events", schema=None) as table:
        table.drop_index("ix_outgoing_due")
        table.add_column(sa.Column("handed_over_at", _TIME, nullable=True))
        table.add_column(sa.Column("tried_since", _TIME, nullable=True))
        table.create_index(
            "ix_outgoing_waiting", ["delivered_at", "handed_over_at"], unique=False
        )
    op.execute("UPDATE outgoing_events SET tried_since = created_at")
    with op.batch_alter_table("outgoing_events", schema=None) as table:
        table.alter_column("tried_since", existing_type=_TIME, nullable=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("outgoing_events", schema=None) as table:
        table.drop_index("ix_outgoing_waiting")
        table.drop_column("handed_over_at")
        table.drop_column("tried_since")
        table.create_index("ix_outgoing_due", ["delivered_at", "next_attempt_at"], unique=False)
    with op.batch_alter_table("submissions", schema=None) as table:
        table.drop_index("ix_submissions_waiting")
        for name in ("owner_id", "expires_at", "outcome_at", "go", "handed_over_at", "worker", "version"):
            table.drop_column(name)
        table.add_column(sa.Column("lease_owner", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("lease_until", _TIME, nullable=True))
        table.create_index("ix_submissions_due", ["state", "next_attempt_at"], unique=False)
    op.drop_table("forward_workers")
