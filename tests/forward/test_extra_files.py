"""Files beside the document, such as a proof of address."""

import pytest

from service.ids import new_id
from tests.conftest import VAULT
from tests.forward.world import World


@pytest.mark.parametrize("rendition", ["original", "upright"])
async def test_the_clean_file_is_sent_where_clean_files_are_wanted(
    rendition: str, world: World
) -> None:
    original, upright = b"as it came", b"without metadata"
    key = VAULT.ring.new_key(new_id("scr"))
    extra = {
        "liveness_check": {
            "blob": await world.blobs.put(original, key),
            "media_type": "image/png",
            "sha256": None,
            "upright": await world.blobs.put(upright, key),
        }
    }
    world.journeys = world.new_journeys(rendition)
    await world.submit(world.customer()["id"], {}, extra_files=extra, key=key)
    await world.run(1)
    files = world.stand_in.app.state.sandbox.files.by_id.values()
    sent = next(one for one in files if one.category == "liveness_check")
    wanted = (original, "image/png") if rendition == "original" else (upright, "image/jpeg")
    assert (sent.content, sent.media_type) == wanted
