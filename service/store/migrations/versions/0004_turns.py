"""Submissions get turns and one form of Blaaiz's ids; answers in the making say that they are."""

import sqlalchemy as sa
from alembic import op

import service.store.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = service.store.tables.UtcDateTime(timezone=True)
_UUID = "________-____-____-____-____________"
_IDS = (("submissions", "customer_id"), ("submissions", "owner_id"), ("screenings", "customer_id"))
_UNDER_WAY = sa.text("state IN ('updating', 'uploading', 'attaching')")


def upgrade() -> None:
    """Forward. What is under way waits for its turn again; its notes keep what was done."""
    for table, column in _IDS:
        op.execute(f"UPDATE {table} SET {column} = lower({column}) WHERE {column} LIKE '{_UUID}'")
    op.create_table(
        "customer_queues",
        sa.Column("customer_id", sa.String(length=128), nullable=False),
        sa.Column("last_turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id"),
    )
    with op.batch_alter_table("submissions", schema=None) as table:
        table.drop_index("ix_submissions_customer")
        table.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE submissions SET turn = numbered.turn FROM (SELECT id, row_number() OVER "
        "(PARTITION BY customer_id ORDER BY created_at, id) AS turn FROM submissions) AS numbered "
        "WHERE numbered.id = submissions.id"
    )
    op.execute(
        "INSERT INTO customer_queues (customer_id, last_turn) "
        "SELECT customer_id, max(turn) FROM submissions GROUP BY customer_id"
    )
    op.execute(
        "UPDATE submissions SET state = 'queued', handed_over_at = NULL, go = go + 1, "
        "version = version + 1 WHERE state IN ('updating', 'uploading', 'attaching')"
    )
    with op.batch_alter_table("submissions", schema=None) as table:
        table.alter_column("turn", existing_type=sa.Integer(), server_default=None)
        table.create_index("ix_submissions_customer", ["customer_id", "turn"], unique=True)
        table.create_index("ix_submissions_screening", ["screening_id"], unique=False)
        table.create_index(
            "ix_submissions_one_under_way",
            ["customer_id"],
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        )
    with op.batch_alter_table("idempotent_answers", schema=None) as table:
        table.add_column(sa.Column("alive_at", _TIME, nullable=True))
    op.execute("UPDATE idempotent_answers SET alive_at = created_at")
    with op.batch_alter_table("idempotent_answers", schema=None) as table:
        table.alter_column("alive_at", existing_type=_TIME, nullable=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("idempotent_answers", schema=None) as table:
        table.drop_column("alive_at")
    with op.batch_alter_table("submissions", schema=None) as table:
        table.drop_index("ix_submissions_one_under_way")
        table.drop_index("ix_submissions_screening")
        table.drop_index("ix_submissions_customer")
        table.drop_column("turn")
        table.create_index("ix_submissions_customer", ["customer_id", "id"], unique=False)
    op.drop_table("customer_queues")
