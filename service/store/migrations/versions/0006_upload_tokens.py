"""Upload tokens."""

import sqlalchemy as sa
from alembic import op

import service.store.tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = service.store.tables.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "upload_tokens",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("bound", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("screening_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["keys.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_index("ix_upload_tokens_expires_at", "upload_tokens", ["expires_at"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("upload_tokens")
