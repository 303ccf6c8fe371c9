"""Indexes from which the figures of Insight are read, without the rows themselves."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FIGURES = ["id", "verdict", "kind", "country", "first_code", "key_id", "created_at"]


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_screenings_figures", "screenings", _FIGURES)
    op.drop_index("ix_screenings_person", "screenings")
    op.create_index("ix_screenings_person", "screenings", ["person", "id", "verdict"])
    op.drop_index("ix_submissions_screening", "submissions")
    op.create_index(
        "ix_submissions_screening", "submissions", ["screening_id", "state", "outcome"]
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_submissions_screening", "submissions")
    op.create_index("ix_submissions_screening", "submissions", ["screening_id"])
    op.drop_index("ix_screenings_person", "screenings")
    op.create_index("ix_screenings_person", "screenings", ["person", "created_at"])
    op.drop_index("ix_screenings_figures", "screenings")
