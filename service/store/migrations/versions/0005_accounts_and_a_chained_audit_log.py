"""Accounts, sessions and attempts to sign in; the audit log is chained and can only grow."""

import sqlalchemy as sa
from alembic import op

import service.store.tables
from service.store.audit_chain import BEGINNING, digest, time_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = service.store.tables.UtcDateTime(timezone=True)
_PAGE = 1000
_REFUSAL = "the audit log can only grow"


def upgrade() -> None:
    """Forward. Entries that are there already are chained in the order of their ids."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("sign_in_name", sa.String(length=128), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("issuer", sa.String(length=255), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sign_in_name"),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "triage_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_triage_sessions_holder", "triage_sessions", ["holder"])
    op.create_index("ix_triage_sessions_ends_at", "triage_sessions", ["ends_at"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_index("ix_sign_in_attempts_since", "sign_in_attempts", ["since"])
    with op.batch_alter_table("keys", schema=None) as table:
        table.add_column(sa.Column("account_id", sa.String(length=40), nullable=True))
        table.create_index("ix_keys_account_id", ["account_id"])

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit", schema=None) as table:
        table.add_column(sa.Column("seq", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("previous", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("hash", sa.String(length=64), nullable=True))
    seq, last = _chain_what_is_there()
    with op.batch_alter_table("audit", schema=None) as table:
        table.alter_column("seq", existing_type=sa.BigInteger(), nullable=False)
        table.alter_column("previous", existing_type=sa.String(length=64), nullable=False)
        table.alter_column("hash", existing_type=sa.String(length=64), nullable=False)
        table.create_unique_constraint("uq_audit_seq", ["seq"])
    op.execute(
        sa.text("INSERT INTO audit_head (id, seq, hash) VALUES (1, :seq, :hash)").bindparams(
            seq=seq, hash=last
        )
    )
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def _chain_what_is_there() -> tuple[int, str]:
    audit = sa.table(
        "audit",
        sa.column("id", sa.String),
        sa.column("at", _TIME),
        sa.column("actor", sa.String),
        sa.column("action", sa.String),
        sa.column("subject", sa.String),
        sa.column("details", sa.JSON),
        sa.column("seq", sa.BigInteger),
        sa.column("previous", sa.String),
        sa.column("hash", sa.String),
    )
    written = (audit.c.id, audit.c.at, audit.c.actor, audit.c.action, audit.c.subject, audit.c.details)
    connection = op.get_bind()
    seq, previous, after = 0, BEGINNING, ""
    while True:
        page = connection.execute(
            sa.select(*written).where(audit.c.id > after).order_by(audit.c.id).limit(_PAGE)
        ).all()
        for row in page:
            seq += 1
            told = {**row._mapping, "at": time_of(row.at), "seq": seq, "previous": previous}
            chained = {"seq": seq, "previous": previous, "hash": digest(told)}
            connection.execute(audit.update().where(audit.c.id == row.id).values(**chained))
            previous, after = chained["hash"], row.id
        if len(page) < _PAGE:
            return seq, previous


_TRIGGERS = {
    "sqlite": (
        *(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for verb in ("UPDATE", "DELETE")
        ),
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        "CREATE TRIGGER audit_head_no_return BEFORE UPDATE ON audit_head WHEN NEW.seq < OLD.seq "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
        "CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
        "CREATE TRIGGER audit_head_no_return BEFORE UPDATE ON audit_head FOR EACH ROW "
        "WHEN (NEW.seq < OLD.seq) EXECUTE FUNCTION refuse_audit_change()",
    ),
}


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        op.execute("DROP TRIGGER audit_no_delete")
    else:
        op.execute("DROP TRIGGER audit_no_change ON audit")
        op.execute("DROP TRIGGER audit_no_truncate ON audit")
    op.drop_table("audit_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
    with op.batch_alter_table("audit", schema=None) as table:
        table.drop_constraint("uq_audit_seq", type_="unique")
        for name in ("seq", "previous", "hash"):
            table.drop_column(name)
    with op.batch_alter_table("keys", schema=None) as table:
        table.drop_index("ix_keys_account_id")
        table.drop_column("account_id")
    for name in ("sign_in_attempts", "triage_sessions", "accounts"):
        op.drop_table(name)
