"""Screens several documents at once.

PRESCREEN=http://127.0.0.1:8000 KEY=psk_... python examples/screen_async.py FRONT...
"""

import asyncio
import os
import sys
from pathlib import Path

from prescreen.client import AsyncClient


async def main(fronts: list[str]) -> None:
    async with AsyncClient(os.environ["PRESCREEN"], os.environ["KEY"]) as client:
        screenings = await asyncio.gather(*(client.screen(front, country="GB") for front in fronts))
        for front, screening in zip(fronts, screenings, strict=True):
            code = screening.first.code if screening.first else ""
            print(Path(front).name, screening.verdict, code)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
