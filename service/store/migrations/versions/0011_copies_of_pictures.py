"""A longer fingerprint of each picture, and words of it by which copies are found.

Fingerprints of before are of another kind: they stay, with their index, for the version before, and are
compared with nothing here. The new indexes are empty at first: to make them takes a look at each row.
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
        table.alter_column(
            "fingerprint",
            existing_type=sa.String(length=16),
            type_=sa.String(length=144),
            existing_nullable=True,
        )
        for word in _WORDS:
            table.add_column(sa.Column(word, sa.BigInteger(), nullable=True))
    for word in _WORDS:
        used = sa.text(f"{word} IS NOT NULL")
        op.create_index(
            f"ix_pictures_{word}", "pictures", [word], sqlite_where=used, postgresql_where=used
        )


def downgrade() -> None:
    """Back."""
    for word in _WORDS:
        op.drop_index(f"ix_pictures_{word}", "pictures")
    # The version before takes equal fingerprints, and missing ones, for the same picture.
    op.execute(
        "UPDATE pictures SET fingerprint = substr(sha256, 1, 16) WHERE length(fingerprint) > 16"
    )
    with op.batch_alter_table("pictures", schema=None) as table:
        for word in _WORDS:
            table.drop_column(word)
        table.alter_column(
            "fingerprint",
            existing_type=sa.String(length=144),
            type_=sa.String(length=16),
            existing_nullable=True,
        )
