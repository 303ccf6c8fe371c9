"""An analyst keeps a set of filters under a name, or drops it."""

from datetime import datetime

from service.ids import new_id
from service.store import views
from service.store.engine import Sessions
from service.store.tables import SavedView

_MOST = 30


class ViewRefused(Exception):
    """The name is empty, or there are enough views already."""


async def save_view(sessions: Sessions, owner: str, name: str, query: str, now: datetime) -> None:
    """Keeps it; the same name again replaces it. Raises ViewRefused."""
    name = " ".join(name.split())[:60]
    if not name:
        raise ViewRefused("Give the view a name.")
    async with sessions() as session:
        known = await views.named(session, owner, name)
        if known is not None:
            known.query = query[:600]
        else:
            if len(await views.views_of(session, owner)) >= _MOST:
                raise ViewRefused("Drop a view first: thirty are enough.")
            session.add(
                SavedView(
                    id=new_id("view"), owner=owner, name=name, query=query[:600], created_at=now
                )
            )
        await session.commit()


async def drop_view(sessions: Sessions, owner: str, view_id: str) -> None:
    """Drops one of the owner's views."""
    async with sessions() as session:
        await views.remove(session, owner, view_id)
        await session.commit()
