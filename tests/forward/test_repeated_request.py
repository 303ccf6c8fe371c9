"""A request that comes again, because its answer was lost, makes nothing a second time."""

from types import SimpleNamespace

from sqlalchemy import select

from service.actions.submit_update import Submitter
from service.store.tables import Submission
from tests.forward.world import DAY, World


async def test_a_request_that_is_repeated_makes_one_submission(world: World) -> None:
    customer_id = world.customer()["id"]
    first = await world.submit(customer_id, {}, state="forwarded")
    screening_id = (await world.get(first)).screening_id

    class Checked(Submitter):
        async def check(self, *_: object) -> tuple:
            if self.deadline != DAY:
                # Another process answers the same request at the same moment.
                await Checked(screener, None, DAY).submit(*asked)
            return ()

    screener = SimpleNamespace(sessions=world.sessions, now=world.clock)
    asked = (customer_id, screening_id, {"first_name": "Kim"}, "k", True)
    one = await Checked(screener, None, 2 * DAY).submit(*asked)
    again = await Checked(screener, None, DAY).submit(*asked)
    other = await Checked(screener, None, DAY).submit(
        customer_id, screening_id, {"first_name": "Ann"}, "k", True
    )
    assert one.id == again.id != other.id
    async with world.sessions() as session:
        made = await session.scalars(
            select(Submission.id).where(Submission.state == "queued").order_by(Submission.turn)
        )
        assert made.all() == [one.id, other.id]
