"""A stand-in, a database and what forwards between them, and what tests ask of them."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx

from service.blaaiz.client import BlaaizClient
from service.blaaiz.token import BlaaizCredentials
from service.forward.journey import STEPS, Journeys
from service.forward.pauses import Pauses
from service.ids import new_id
from service.store import handover
from service.store.encryption import ObjectKey
from service.store.pictures import Blobs
from service.store.tables import Picture, Screening, Submission
from service.telemetry import Metrics
from tests.conftest import VAULT

DAY = timedelta(days=1)


class Clock:
    """A clock that tests can push forward."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


class World:
    """Journeys without an engine: each test takes the steps itself, through real HTTP."""

    def __init__(self, sessions, stand_in, blobs_url: str = "memory://") -> None:
        self.sessions, self.stand_in = sessions, stand_in
        self.blobs, self.clock = Blobs(blobs_url), Clock()
        # One client for all that tests ask: each new one would read all certificates anew.
        self.http = httpx.Client(base_url=stand_in.url)
        self.metrics = Metrics()
        self.blaaiz = self.new_client()
        self.journeys = self.new_journeys()

    def new_client(self) -> BlaaizClient:
        return BlaaizClient(
            self.stand_in.url,
            BlaaizCredentials("sandbox-client", "sandbox-secret"),
            watch=self.metrics.called_blaaiz,
        )

    def new_journeys(self, rendition: str = "original") -> Journeys:
        return Journeys(
            self.sessions,
            self.blobs,
            self.blaaiz,
            self.metrics,
            new_id("wrk"),
            self.clock,
            pauses=Pauses(),
            rendition=rendition,
            deadline=DAY,
        )

    async def close(self) -> None:
        await self.blaaiz.close()
        self.http.close()

    def customer(self, kind: str = "individual", status: str = "PENDING") -> dict:
        return next(
            c
            for c in self.state()["customers"]
            if (c["type"], c["verification_status"], c["country"]) == (kind, status, "GB")
        )

    def state(self) -> dict:
        return self.http.get("/sandbox/state").json()

    def held(self, customer_id: str) -> dict:
        return next(c for c in self.state()["customers"] if c["id"] == customer_id)

    def break_with(self, *faults: dict) -> None:
        self.http.put("/sandbox/faults", json=list(faults)).raise_for_status()

    async def submit(
        self,
        customer_id: str,
        update: dict,
        kind: str = "passport",
        sides: tuple[str, ...] = ("front",),
        renditions: tuple[str, ...] = ("original",),
        key: ObjectKey | None = None,
        **changes,
    ) -> str:
        """`key` is of the screening, where files beside the document are sealed with it."""
        key = key or VAULT.ring.new_key(new_id("scr"))
        now, screening_id = self.clock(), key.object_id
        async with self.sessions() as session:
            session.add(
                Screening(
                    id=screening_id,
                    object_key=key,
                    created_at=now,
                    key_id="k",
                    person=None,
                    customer_id=customer_id,
                    reference=None,
                    verdict="accepted",
                    standing="accepted",
                    kind=kind,
                    country=self.held(customer_id)["country"],
                    attempt=1,
                    number_digest=None,
                    wire={},
                    decision=None,
                    erased_at=None,
                )
            )
            await session.flush()
            for side in sides:
                for rendition in renditions:
                    content = f"{rendition} {side} of {screening_id}".encode()
                    session.add(
                        Picture(
                            screening_id=screening_id,
                            side=side,
                            rendition=rendition,
                            blob=await self.blobs.put(content, key),
                            media_type="image/jpeg",
                            size=len(content),
                            sha256=sha256(
                                f"original {side} of {screening_id}".encode()
                            ).hexdigest(),
                            fingerprint=None,
                        )
                    )
            values = {
                "id": new_id("sub"),
                "created_at": now,
                "updated_at": now,
                "key_id": "k",
                "customer_id": customer_id,
                "screening_id": screening_id,
                "update": update,
                "extra_files": {},
                "state": "queued",
                "outcome": None,
                "outcome_at": None,
                "steps": {},
                "errors": [],
                "last_error": None,
                "attempts": 0,
                "next_attempt_at": now,
                "expires_at": now + DAY,
            }
            submission = Submission(**(values | changes))
            session.add(submission)
            await session.commit()
        return submission.id

    async def get(self, submission_id: str) -> Submission:
        async with self.sessions() as session:
            return await session.get_one(Submission, submission_id)

    async def forward_all(self) -> int:
        """Takes each submission that waits as far as it goes; how many waited."""
        async with self.sessions() as session:
            found = await handover.waiting(session, handover.SUBMISSIONS, 100)
            due = [one for one in found if one.next_attempt_at <= self.clock()]
            for one in due:
                await handover.mark_handed_over(session, handover.SUBMISSIONS, one, self.clock())
            await session.commit()
        for one in due:
            for state in STEPS:
                if not await self.journeys.take(one.id, one.go, state):
                    break
        return len(due)

    async def run(self, rounds: int = 12, pause: timedelta = timedelta(minutes=10)) -> None:
        """Works off all that is due, pushing the clock over every pause."""
        for _ in range(rounds):
            while await self.forward_all():
                pass
            self.clock.offset += pause

    def writes(self, path: str, method: str) -> int:
        return sum(
            c["method"] == method and path in c["path"] and c["status"] < 300
            for c in self.state()["calls"]
        )
