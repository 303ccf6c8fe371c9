"""What pictures of screens have in common: sizes, a service with fictitious people, small files."""

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image

from service.server import Development, development
from service.settings import Settings

ROOT: Final = Path(__file__).parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
SIZES: Final = ((1440, 900), (390, 844))
"""A desktop and a phone, in CSS pixels."""
_COLOURS: Final = 256


@asynccontextmanager
async def shown_service() -> AsyncGenerator[tuple[Development, Settings]]:
    """A real service with nothing in it yet, and its settings."""
    with TemporaryDirectory() as folder:
        settings = Settings(
            port=18400,
            workers=1,
            policy=ROOT / "sample_docs" / "policy.toml",
            database_url=f"sqlite+aiosqlite:///{folder}/shown.db",
            blobs_url=f"file://{folder}/blobs",
            log=Path(folder) / "log",
            rate_per_minute=6000,
            screening_timeout_s=300,
            queue_wait_s=300,
        )
        async with development(settings) as dev:
            yield dev, settings


def save(shot: bytes, path: Path) -> None:
    """Few colours are enough for pages, and keep the files small."""
    whole = Image.open(io.BytesIO(shot)).convert("RGB")
    # Weighed by how often they occur, so that grounds keep their colour; without dots in them.
    few = whole.quantize(_COLOURS, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(path.relative_to(ROOT))  # noqa: T201
