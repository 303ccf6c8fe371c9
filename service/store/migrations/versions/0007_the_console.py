"""What the analysts' console lists, searches, claims, decides and learns from."""

import json
import re

import sqlalchemy as sa
from alembic import op

import service.store.tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = service.store.tables.UtcDateTime(timezone=True)
_BATCH = 500
_TERM = sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql")


def upgrade() -> None:
    """Forward. Rows that are there become findable and countable like new ones."""
    with op.batch_alter_table("screenings", schema=None) as table:
        table.add_column(sa.Column("attention", sa.Integer(), nullable=True))
        table.add_column(sa.Column("first_code", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("customer_country", sa.String(length=2), nullable=True))
        table.add_column(sa.Column("claimed_by", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("claimed_name", sa.String(length=128), nullable=True))
        table.add_column(sa.Column("claimed_until", _TIME, nullable=True))
    with op.batch_alter_table("screening_codes", schema=None) as table:
        table.drop_index(table.f("ix_screening_codes_code"))
        table.add_column(sa.Column("standing", sa.String(length=16), nullable=False, server_default=""))
        table.add_column(sa.Column("attention", sa.Integer(), nullable=True))
        table.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("country", sa.String(length=2), nullable=True))
    _new_tables()
    _fill()
    for name, columns in (
        ("ix_screenings_kind", ["standing", "kind", "id"]),
        ("ix_screenings_country", ["standing", "country", "id"]),
        ("ix_screenings_kind_country", ["standing", "kind", "country", "id"]),
    ):
        op.create_index(name, "screenings", columns)
    for name, table_name, columns, where in (
        ("ix_screenings_attention", "screenings", ["attention", "id", "kind", "country"], "attention"),
        ("ix_screenings_claimed", "screenings", ["claimed_by", "id"], "claimed_by"),
        ("ix_codes_attention", "screening_codes",
         ["code", "attention", "screening_id", "kind", "country"], "attention"),
    ):
        clause = sa.text(f"{where} IS NOT NULL")
        op.create_index(name, table_name, columns, sqlite_where=clause, postgresql_where=clause)
    op.create_index(
        "ix_codes_standing", "screening_codes",
        ["code", "standing", "screening_id", "kind", "country"],
    )


def _new_tables() -> None:
    screening = lambda **more: sa.Column(
        "screening_id", sa.String(length=40),
        sa.ForeignKey("screenings.id", ondelete="CASCADE"), nullable=False, **more,
    )
    text = lambda name, length, **more: sa.Column(
        name, sa.String(length=length), **({"nullable": False} | more)
    )
    when = lambda name: sa.Column(name, _TIME, nullable=False)
    json_ = lambda name: sa.Column(name, sa.JSON(), nullable=False)
    op.create_table(
        "screening_terms",
        sa.Column("term", _TERM, primary_key=True),
        screening(primary_key=True),
    )
    op.create_table(
        "decisions",
        text("id", 40, primary_key=True), screening(), when("at"), text("actor", 64),
        text("decision", 16), text("code", 64, nullable=True),
        sa.Column("note", sa.Text(), nullable=False), text("state", 16), text("verdict", 16),
        text("standing", 16), when("effective_at"), json_("before"),
    )
    op.create_index("ix_decisions_screening", "decisions", ["screening_id", "id"])
    op.create_table(
        "corrections",
        text("id", 40, primary_key=True), screening(), when("at"), text("actor", 64),
        text("field", 48), text("source", 16), text("read", 300), text("truth", 300),
        sa.Column("may_train", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_corrections_screening", "corrections", ["screening_id", "field"])
    op.create_table(
        "held_updates",
        screening(primary_key=True), when("created_at"), text("key_id", 40),
        text("customer_id", 128), text("owner_id", 128, nullable=True), json_("update"),
        json_("extra_files"),
    )
    op.create_table(
        "saved_views",
        text("id", 40, primary_key=True), text("owner", 64), text("name", 60), text("query", 600),
        when("created_at"), sa.UniqueConstraint("owner", "name"),
    )
    op.create_table(
        "shadow_judgements",
        screening(primary_key=True), text("policy", 64, primary_key=True), text("verdict", 16),
        text("shadow_verdict", 16), json_("gained"), json_("lost"),
        sa.Column("differs", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_shadow_policy", "shadow_judgements", ["policy", "differs", "screening_id"])


def _fill() -> None:
    connection = op.get_bind()
    connection.execute(sa.text(
        "UPDATE screenings SET attention = 1 WHERE standing = 'review' AND erased_at IS NULL"
    ))
    for column in ("standing", "kind", "country", "attention"):
        connection.execute(sa.text(
            f"UPDATE screening_codes SET {column} = (SELECT {column} FROM screenings "
            "WHERE screenings.id = screening_codes.screening_id)"
        ))
    last = ""
    while True:
        rows = connection.execute(
            sa.text(
                "SELECT id, reference, customer_id, wire FROM screenings WHERE id > :last "
                "ORDER BY id LIMIT :batch"
            ),
            {"last": last, "batch": _BATCH},
        ).all()
        if not rows:
            return
        last = rows[-1].id
        words, firsts = [], []
        for row in rows:
            wire = json.loads(row.wire) if isinstance(row.wire, str) else row.wire
            findings = wire.get("findings") or []
            firsts.append({
                "id": row.id,
                "code": findings[0]["code"] if findings else None,
                "country": (wire.get("customer") or {}).get("country"),
            })
            words += [
                {"term": term, "id": row.id}
                for term in _terms(row.id, row.reference, row.customer_id)
            ]
        connection.execute(
            sa.text("UPDATE screenings SET first_code = :code, customer_country = :country WHERE id = :id"),
            firsts,
        )
        connection.execute(
            sa.text("INSERT INTO screening_terms (term, screening_id) VALUES (:term, :id)"), words
        )


def _terms(*texts: str | None) -> set[str]:
    """As `service.store.terms` made them when this was written."""
    found = {texts[0].lower()[-8:]}
    for text in texts:
        small = (text or "").lower()
        found |= {small[:160], *re.split(r"[\W_]+", small)[:8]}
    return {term for term in found if term}


def downgrade() -> None:
    """Back."""
    for name in ("ix_codes_standing", "ix_codes_attention"):
        op.drop_index(name, "screening_codes")
    for name in ("kind", "country", "kind_country", "attention", "claimed"):
        op.drop_index(f"ix_screenings_{name}", "screenings")
    for name in ("shadow_judgements", "saved_views", "held_updates", "corrections", "decisions", "screening_terms"):
        op.drop_table(name)
    with op.batch_alter_table("screening_codes", schema=None) as table:
        for name in ("standing", "attention", "kind", "country"):
            table.drop_column(name)
        table.create_index(table.f("ix_screening_codes_code"), ["code"], unique=False)
    with op.batch_alter_table("screenings", schema=None) as table:
        for name in ("attention", "first_code", "customer_country", "claimed_by", "claimed_name", "claimed_until"):
            table.drop_column(name)
