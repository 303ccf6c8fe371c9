"""Data keys; personal columns take sealed text; what retention and erasure ask for."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

import service.store.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIME = service.store.columns.UtcDateTime(timezone=True)
_REFERENCE_IS_CLEAR = sa.text("reference IS NOT NULL AND reference_digest IS NULL")
_KEPT = sa.text("erased_at IS NULL")


def upgrade() -> None:
    """Forward. Rows that are there stay in clear until `prescreen encryption apply`."""
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("wrapped_by", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_data_keys_wrapped_by", "data_keys", ["wrapped_by"])
    op.create_table(
        "periodic_runs",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("screenings", schema=None) as table:
        table.drop_index("ix_screenings_reference")
        table.alter_column(
            "reference", existing_type=sa.String(length=128), type_=sa.Text(), existing_nullable=True
        )
        table.add_column(sa.Column("reference_digest", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("business_id", sa.String(length=128), nullable=True))
        table.add_column(sa.Column("decided_at", _TIME, nullable=True))
        table.create_index(
            "ix_screenings_reference", ["reference_digest", "id"], unique=False
        )
        table.create_index("ix_screenings_business", ["business_id"], unique=False)
        table.create_index(
            "ix_screenings_clear_reference",
            ["reference"],
            unique=False,
            sqlite_where=_REFERENCE_IS_CLEAR,
            postgresql_where=_REFERENCE_IS_CLEAR,
        )
        table.create_index(
            "ix_screenings_kept",
            ["standing", "created_at"],
            unique=False,
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        )
    _note_when_it_was_decided()
    with op.batch_alter_table("idempotent_answers", schema=None) as table:
        table.add_column(sa.Column("about", sa.String(length=40), nullable=True))
        table.create_index("ix_idempotent_answers_about", ["about"], unique=False)
    with op.batch_alter_table("corrections", schema=None) as table:
        for name in ("read", "truth"):
            table.alter_column(name, existing_type=sa.String(length=300), type_=sa.Text())
    op.create_index("ix_terms_screening", "screening_terms", ["screening_id"])


def _note_when_it_was_decided() -> None:
    screenings = sa.table(
        "screenings",
        sa.column("id", sa.String),
        sa.column("decision", sa.JSON),
        sa.column("decided_at", _TIME),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(screenings.c.id, screenings.c.decision))
    for screening_id, decision in [(one, said) for one, said in rows if said]:
        if decision.get("state") == "final" and "at" in decision:
            connection.execute(
                screenings.update()
                .where(screenings.c.id == screening_id)
                .values(decided_at=datetime.fromisoformat(decision["at"]))
            )


def downgrade() -> None:
    """Back, to what reads no sealed row: only before any was written."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM data_keys")):
        raise RuntimeError("rows are sealed: without their keys nothing could be read of them")
    op.drop_index("ix_terms_screening", "screening_terms")
    with op.batch_alter_table("corrections", schema=None) as table:
        for name in ("read", "truth"):
            table.alter_column(name, existing_type=sa.Text(), type_=sa.String(length=300))
    with op.batch_alter_table("idempotent_answers", schema=None) as table:
        table.drop_index("ix_idempotent_answers_about")
        table.drop_column("about")
    with op.batch_alter_table("screenings", schema=None) as table:
        table.drop_index("ix_screenings_kept")
        table.drop_index("ix_screenings_clear_reference")
        table.drop_index("ix_screenings_business")
        table.drop_index("ix_screenings_reference")
        for name in ("reference_digest", "business_id", "decided_at"):
            table.drop_column(name)
        table.alter_column(
            "reference", existing_type=sa.Text(), type_=sa.String(length=128), existing_nullable=True
        )
        table.create_index("ix_screenings_reference", ["reference", "id"], unique=False)
    op.drop_table("periodic_runs")
    op.drop_table("data_keys")
