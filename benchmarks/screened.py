"""A client that has pictures screened until each is answered, and what became of the answers."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import httpx
from sqlalchemy import select

from benchmarks.forwarding_drill import ROOT
from service.store.engine import Sessions
from service.store.tables import Screening

AGAIN: Final = frozenset({409, 429, 502, 503, 504})
"""The first request still runs, or is thought to; too many; Blaaiz or a replica is away."""
_PICTURES: Final = {
    "passport_se_exif_turned.jpg": "SE",
    "id_es_front.jpg": "ES",
    "passport_gb_out_of_focus.jpg": "GB",
}
_PATIENCE_S: Final = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What a picture was answered with 201.

    Attributes:
        told: verdict, kind, number and codes.
        sha256: of the file that was sent.

    """

    name: str
    told: tuple[Any, ...]
    sha256: str


@dataclass
class Kept:
    """What was found of the answers.

    Attributes:
        lost: answered, and without its picture, not there, or told differently afterwards.
        twice: in the database, and answered to nobody.
        different: pictures with more than one answer, to these.

    """

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    different: dict[str, set[tuple[Any, ...]]] = field(default_factory=dict)


class Screened:
    """Sends one picture after the other, each with its key until it is answered."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {key}"}
        self.answered: dict[str, Answer] = {}
        self.refused, self.is_over = 0, False

    async def send(self) -> None:
        """Until the drill is over."""
        number = 0
        async with httpx.AsyncClient(base_url=self._url, timeout=_PATIENCE_S) as http:
            while not self.is_over:
                for name in _PICTURES:
                    number += 1
                    await self._send(http, name, number)

    async def _send(self, http: httpx.AsyncClient, name: str, number: int) -> None:
        content = (ROOT / "sample_docs" / "specimens" / name).read_bytes()
        picture = another_file(content, f"{name} {number}")
        while True:
            try:
                reply = await http.post(
                    "/v1/screenings",
                    headers=self._headers | {"Idempotency-Key": f"{name} {number}"},
                    data={"country": _PICTURES[name], "reference": f"drill {name}"},
                    files={"front": (name, picture, "image/jpeg")},
                )
            except httpx.HTTPError:
                self.refused += 1
                await asyncio.sleep(0.2)
                continue
            if reply.status_code not in AGAIN:
                break
            self.refused += reply.status_code >= 500
            await asyncio.sleep(0.3)
        if reply.status_code != httpx.codes.CREATED:
            raise RuntimeError(f"answered {reply.status_code}: {reply.text[:2000]}")
        made = reply.json()
        self.answered[made["id"]] = Answer(name, _told(made), sha256(picture).hexdigest())

    async def answer_more(self, number: int, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Until so many more were answered, or one of the tasks of all clients failed."""
        wanted, deadline = len(self.answered) + number, time.monotonic() + _PATIENCE_S
        while len(self.answered) < wanted:
            for task in tasks:
                if task.done():
                    task.result()
            if time.monotonic() > deadline:
                raise RuntimeError("nobody was answered any more")
            await asyncio.sleep(0.05)

    async def check(self, sessions: Sessions, analyst_key: str) -> Kept:
        """Reads everything that was answered again, pictures too."""
        found = Kept()
        async with sessions() as session:
            rows = (await session.scalars(select(Screening))).all()
        kept = {row.id for row in rows if (row.reference or "").startswith("drill ")}
        found.twice = sorted(kept - set(self.answered))
        by_picture: dict[str, set[tuple[Any, ...]]] = {}
        looking = {"Authorization": f"Bearer {analyst_key}"}
        async with httpx.AsyncClient(base_url=self._url, timeout=60) as http:
            for screening_id, answer in self.answered.items():
                by_picture.setdefault(answer.name, set()).add(answer.told)
                path = f"/v1/screenings/{screening_id}"
                reply = await http.get(path, headers=self._headers)
                picture = await http.get(f"{path}/images/front?rendition=original", headers=looking)
                if (
                    reply.status_code != httpx.codes.OK
                    or _told(reply.json()) != answer.told
                    or sha256(picture.content).hexdigest() != answer.sha256
                ):
                    found.lost.append(screening_id)
        found.different = {name: them for name, them in by_picture.items() if len(them) > 1}
        return found


def _told(screening: dict[str, Any]) -> tuple[Any, ...]:
    """What must be the same for the same picture, whoever judges it."""
    document = screening["document"]
    codes = tuple(one["code"] for one in screening["findings"])
    return screening["verdict"], document["type"], document["number"], codes


def another_file(jpeg: bytes, mark: str) -> bytes:
    """The same picture in a file of its own: with a comment after the first marker."""
    comment = mark.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
