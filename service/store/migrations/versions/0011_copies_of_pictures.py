"""A longer fingerprint of each picture, and words of it by which copies are found.

Fingerprints of before are of another kind: they stay, and are compared with nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WORDS = [f"word_{n}" for n in range(4)]


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("pictures", schema=None) as table:
        table.drop_index("ix_pictures_fingerprint")
        table.alter_column(
            "fingerprint",
            existing_type=sa.String(length=16),
            type_=sa.String(length=144),
            existing_nullable=True,
        )
        for word in _WORDS:
            table.add_column(sa.Column(word, sa.BigInteger(), nullable=True))
    for word in _WORDS:
        op.create_index(f"ix_pictures_{word}", "pictures", [word])


def downgrade() -> None:
    """Back."""
    for word in _WORDS:
        op.drop_index(f"ix_pictures_{word}", "pictures")
    op.execute("UPDATE pictures SET fingerprint = NULL WHERE length(fingerprint) > 16")
    with op.batch_alter_table("pictures", schema=None) as table:
        for word in _WORDS:
            table.drop_column(word)
        table.alter_column(
            "fingerprint",
            existing_type=sa.String(length=144),
            type_=sa.String(length=16),
            existing_nullable=True,
        )
        table.create_index("ix_pictures_fingerprint", ["fingerprint"])
