"""Indexes in which Insight counts screenings and submissions; when a periodic run last ended well.

Analysts' decisions are counted in their rows. The indexes have names of their own beside those of the
version before, which are dropped in the next release. While they are built, a minute for a million
screenings, screenings and submissions are read but not written.
"""

import sqlalchemy as sa
from alembic import op

import service.store.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FIGURES = ["id", "verdict", "person", "kind", "country", "first_code", "key_id", "created_at"]


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_screenings_figures", "screenings", _FIGURES)
    op.create_index("ix_screenings_person_verdict", "screenings", ["person", "id", "verdict"])
    op.create_index("ix_submissions_outcome", "submissions", ["screening_id", "state", "outcome"])
    with op.batch_alter_table("periodic_runs", schema=None) as table:
        table.add_column(
            sa.Column("ended_at", service.store.columns.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("periodic_runs", schema=None) as table:
        table.drop_column("ended_at")
    op.drop_index("ix_submissions_outcome", "submissions")
    op.drop_index("ix_screenings_person_verdict", "screenings")
    op.drop_index("ix_screenings_figures", "screenings")
