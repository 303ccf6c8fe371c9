"""Accounts by their sign-in name, or by what their provider calls them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import Account, Key


def folded(name: str) -> str:
    """A sign-in name as it is stored and compared."""
    return name.strip().casefold()


async def find_by_name(
    session: AsyncSession, name: str, *, for_update: bool = False
) -> Account | None:
    """The local account of this name, disabled ones too."""
    if "\0" in name:
        return None  # PostgreSQL takes no such text, not even to compare
    wanted = select(Account).where(Account.sign_in_name == folded(name))
    return await session.scalar(wanted.with_for_update() if for_update else wanted)


async def find_by_subject(session: AsyncSession, issuer: str, subject: str) -> Account | None:
    """The account of a provider's person, disabled ones too."""
    wanted = select(Account).where(Account.issuer == issuer, Account.subject == subject)
    return await session.scalar(wanted.with_for_update())


async def names_of(session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    """Names of actors by their ids: accounts, and keys that nobody's account holds."""
    names: dict[str, str] = {}
    for table in (Account, Key):
        rows = await session.execute(select(table.id, table.name).where(table.id.in_(ids)))
        names.update(rows.tuples().all())
    return names


async def has_passwords(session: AsyncSession) -> bool:
    """Whether anybody signs in by password."""
    wanted = select(Account.id).where(Account.password_hash.is_not(None)).limit(1)
    return await session.scalar(wanted) is not None


async def list_accounts(session: AsyncSession) -> Sequence[Account]:
    """All accounts, oldest first."""
    return (await session.scalars(select(Account).order_by(Account.id))).all()


async def account_of(session: AsyncSession, account_id: str) -> Account | None:
    """The account of an id."""
    return await session.get(Account, account_id)
