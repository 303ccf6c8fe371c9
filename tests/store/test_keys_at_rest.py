"""Key-encryption keys: where they come from, and how one takes the place of another."""

import base64
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from service.actions.forward_held import forward_held, hold_update
from service.actions.rotate_keys import rotate_keys
from service.actions.seal_stored import seal_stored
from service.bootstrap import SettingsUnsafe, vault_of
from service.settings import Settings
from service.store import idempotency, rewrapping, screenings
from service.store.encryption import KeyUnavailable, Vault
from service.store.engine import open_engine, sessions_of
from service.store.key_source import KeysInvalid, file_beside, make_key_file, new_entry, ring_of
from service.store.pictures import Blobs
from service.store.sealed import drop_key
from service.store.tables import DataKey, Picture, Screening, Submission
from tests.conftest import KEY, VAULT
from tests.store.rows import (
    CANARIES,
    NAME,
    NOW,
    PICTURE,
    PLACE,
    REFERENCE,
    all_rows,
    kept,
    submission,
)

OLD, NEW = new_entry(), new_entry()
ANSWER = '{{"id": "{id}", "surname": "Canaryname"}}'


def name_of(entry: str) -> str:
    return entry.partition(":")[0]


def test_several_keys_read_and_the_first_writes() -> None:
    old = ring_of(OLD).new_key("scr_1")
    both = ring_of(f"# the new one first\n{NEW}\n{OLD}")
    assert both.writing == name_of(NEW)
    assert both.unwrap("scr_1", old.wrapped).open(old.seal(b"x", "p"), "p") == b"x"
    with pytest.raises(KeyUnavailable, match=name_of(OLD)):
        ring_of(NEW).unwrap("scr_1", old.wrapped)
    assert ring_of(f"{OLD},{NEW}").writing == name_of(OLD)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("nonsense", "id:base64"),
        (f"k:{base64.b64encode(b'short').decode()}", "k is not 32 bytes"),
        (f"{OLD} {OLD}", "given twice"),
        (f"k:{base64.b64encode(bytes(33)).decode()}", "k is not 32 bytes"),
    ],
)
def test_a_wrong_key_is_refused_without_being_repeated(given: str, told: str) -> None:
    with pytest.raises(KeysInvalid, match=told) as raised:
        ring_of(given)
    assert OLD.partition(":")[2] not in str(raised.value)


def test_a_command_unwraps_what_a_kms_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESCREEN_SECRET", "canary")
    # A stand-in for a KMS: it wrapped by turning the key around, byte for byte.
    name, _, plain = OLD.partition(":")
    wrapped = base64.b64encode(base64.b64decode(plain)[::-1]).decode()
    kms = (
        "python3 -c 'import base64, os, sys; name, text = sys.stdin.read().split(); "
        'assert name == os.environ.get("WANTED") and "PRESCREEN_SECRET" not in os.environ; '
        "print(base64.b64encode(base64.b64decode(text)[::-1]).decode())'"
    )
    monkeypatch.setenv("WANTED", name)
    sealed = ring_of(OLD).new_key("scr_1")
    ring = ring_of(f"{name}:{wrapped}", kms)
    assert ring.unwrap("scr_1", sealed.wrapped).object_id == "scr_1"
    monkeypatch.setenv("WANTED", "another")
    with pytest.raises(KeysInvalid, match="PRESCREEN_ENCRYPTION_KEY_COMMAND"):
        ring_of(f"{name}:{wrapped}", kms)


def test_a_service_without_a_key_does_not_start(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/x.db"
    with pytest.raises(SettingsUnsafe, match="PRESCREEN_ENCRYPTION_KEY"):
        vault_of(Settings(database_url=url), serves=True)
    with pytest.raises(SettingsUnsafe, match="PRESCREEN_ENCRYPTION_KEY_FILE"):
        vault_of(Settings(database_url=url, encryption_key_file=tmp_path / "none"), serves=True)
    assert vault_of(Settings(database_url=url)).ring.is_empty, "a command may do without"
    file = tmp_path / "keys"
    file.write_text(f"{NEW}\n{OLD}\n")
    given = Settings(database_url=url, encryption_key_file=file)
    assert vault_of(given, serves=True).ring.writing == name_of(NEW)
    both = Settings(database_url=url, encryption_key=KEY, encryption_key_file=file)
    assert vault_of(both, serves=True).ring.writing == "test"


def test_development_keeps_a_key_of_its_own_beside_its_database(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/x.db")
    first = vault_of(settings, is_dev=True)
    path = file_beside(settings.database_url)
    assert path == tmp_path / "x.db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    make_key_file(path)  # another process that starts
    again, command = vault_of(settings, is_dev=True), vault_of(settings)
    assert first.ring.writing == again.ring.writing == command.ring.writing
    assert first.secret == again.secret == command.secret
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(SettingsUnsafe):
        vault_of(settings, serves=True)  # a service does not live on a development key


def vault(keys: str) -> Vault:
    return Vault(ring_of(keys), VAULT.secret)


async def test_rotation_goes_on_where_it_was_cut_off_and_loses_nothing(
    database_url: str, tmp_path: Path
) -> None:
    engine, blobs = open_engine(database_url), Blobs(f"file://{tmp_path}/blobs")
    before = sessions_of(engine, VAULT)
    ids = [await kept(before, blobs) for _ in range(5)]
    both = vault(f"{NEW} {KEY}")
    sessions = sessions_of(engine, both)
    async with sessions() as session:
        assert await rewrapping.rewrap_some(session, both.ring, 2) == 2
        await session.commit()
    async with sessions() as session:
        assert await rewrapping.rewrap_some(session, both.ring, 2) == 2
        await session.rollback()  # it died here
    # Meanwhile the service erases one, and makes one with the key that it still writes with.
    async with before() as session:
        row = await session.get_one(Screening, ids.pop())
        await drop_key(session, row)
        row.wire, row.decision, row.reference = {}, None, None
        await session.commit()
    ids.append(await kept(before, blobs))
    told: list[int] = []
    assert await rotate_keys(sessions, both.ring, told.append) == 3
    assert await rotate_keys(sessions, both.ring, told.append) == 0
    alone = sessions_of(engine, vault(NEW))
    async with alone() as session:
        assert await rewrapping.count_by_key(session) == {name_of(NEW): 5}
        for one in ids:
            row = await session.get_one(Screening, one)
            assert row.wire["document"]["surname"] == NAME
            blob = (await screenings.pictures_of(session, one))[0].blob
            assert await blobs.get(blob, row.object_key) == PICTURE
    await engine.dispose()


async def test_rotation_without_the_old_key_says_which_one_is_missing(
    sessions, tmp_path: Path
) -> None:
    await kept(sessions, Blobs(f"file://{tmp_path}/blobs"))
    with pytest.raises(KeyUnavailable, match="test"):
        await rotate_keys(sessions, ring_of(NEW), lambda _: None)


async def in_clear(sessions, blobs: Path, screening_id: str) -> None:
    """Puts a screening, its submissions and pictures back to how they once were kept."""
    import json

    async with sessions() as session:
        row = await session.get_one(Screening, screening_id)
        sent = (await session.scalars(select(Submission))).all()
        for name in await session.scalars(select(Picture.blob)):
            (blobs / name).write_bytes(PICTURE)
        for one in sent:
            for file in one.extra_files.values():
                (blobs / file["blob"]).write_bytes(PICTURE)
            await session.execute(
                text('UPDATE submissions SET "update" = :u, steps = :s, errors = :e WHERE id = :i'),
                {
                    "u": json.dumps(one.update),
                    "s": json.dumps(one.steps),
                    "e": json.dumps(one.errors),
                    "i": one.id,
                },
            )
        await session.execute(
            text(
                "UPDATE screenings SET wire = :w, decision = :d, reference = :r, "
                "reference_digest = NULL, person = :p WHERE id = :i"
            ),
            {
                "w": json.dumps(row.wire),
                "d": json.dumps(row.decision),
                "r": row.reference,
                "p": f"key_1:{row.reference}",
                "i": screening_id,
            },
        )
        await session.execute(delete(DataKey))
        await session.commit()


async def test_what_was_stored_in_clear_is_encrypted_once_nothing_of_it_is_on_its_way(
    sessions, tmp_path: Path
) -> None:
    folder = tmp_path / "blobs"
    blobs = Blobs(f"file://{folder}")
    one = await kept(sessions, blobs)
    key = VAULT.ring.new_key("sub_1")
    extra = {"proof_of_address": {"blob": await blobs.put(PICTURE, key), "media_type": "image/png"}}
    sent = submission(one, "c", id="sub_1", object_key=key, extra_files=extra, state="uploading")
    async with sessions() as session:
        session.add(sent)
        await session.commit()
    async with sessions() as session:
        await idempotency.begin(session, "k", "token", "digest", NOW)
        await idempotency.finish(session, "k", "token", 201, ANSWER.format(id=one))
        await session.commit()
    await in_clear(sessions, folder, one)
    async with sessions() as session:
        answer = {"body": ANSWER.format(id=one)}
        await session.execute(text("UPDATE idempotent_answers SET body = :body"), answer)
        await session.commit()
    assert NAME in await all_rows(sessions)
    first = await seal_stored(sessions, blobs, lambda _: None)
    assert (first.screenings, first.submissions, first.left) == (0, 0, 1)
    assert NAME in await all_rows(sessions)
    async with sessions() as session:
        (await session.get_one(Submission, "sub_1")).state = "forwarded"
        await session.commit()
    done = await seal_stored(sessions, blobs, lambda _: None)
    assert (done.screenings, done.submissions, done.left) == (1, 1, 0)
    lying = await all_rows(sessions)
    assert [canary for canary in CANARIES if canary in lying] == []
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert not any(b"canary" in content for content in files)
    async with sessions() as session:
        assert await rewrapping.count_in_clear(session) == 0
        wanted = screenings.ScreeningFilter(reference=REFERENCE)
        (row,) = await screenings.list_screenings(session, wanted, limit=9, before=None)
        assert row.wire["document"]["surname"] == NAME
        assert row.person.startswith("reference:")
        picture = (await screenings.pictures_of(session, one))[0]
        assert await blobs.get(picture.blob, row.object_key) == PICTURE
        forwarded = await session.get_one(Submission, "sub_1")
        file = forwarded.extra_files["proof_of_address"]
        assert await blobs.get(file["blob"], row.object_key) == PICTURE
        again = await idempotency.begin(session, "k", "token", "digest", NOW)
        assert again is not None
        assert again.body == ANSWER.format(id=one)
    assert (await seal_stored(sessions, blobs, lambda _: None)).screenings == 0


async def test_an_update_that_waits_for_an_analyst_is_encrypted_with_its_screening(
    sessions, tmp_path: Path
) -> None:
    folder = tmp_path / "blobs"
    blobs = Blobs(f"file://{folder}")
    one = await kept(sessions, blobs, verdict="review", standing="review")
    await in_clear(sessions, folder, one)
    bill = await blobs.put(b"", VAULT.ring.new_key(one))
    (folder / bill).write_bytes(b"canary bill")
    async with sessions() as session:
        # Without a key of its screening, as there was none, a row is kept in clear.
        hold_update(
            session,
            screening_id=one,
            customer_id="c",
            owner_id=None,
            update={"city": PLACE},
            extra_files={"proof_of_address": {"blob": bill, "media_type": "image/png"}},
            actor="key_1",
            now=NOW,
        )
        await session.commit()
    assert PLACE in await all_rows(sessions)
    done = await seal_stored(sessions, blobs, lambda _: None)
    assert (done.screenings, done.left) == (1, 0)
    lying = await all_rows(sessions)
    assert [canary for canary in CANARIES if canary in lying] == []
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(contents) == 2
    assert not any(b"canary" in content for content in contents)
    async with sessions() as session:
        row = await session.get_one(Screening, one, with_for_update=True)
        sent_id = await forward_held(session, row, "key_a", NOW, NOW, timedelta(days=1))
        sent = await session.get_one(Submission, sent_id)
        assert sent.update == {"city": PLACE}
        file = sent.extra_files["proof_of_address"]
        assert await blobs.get(file["blob"], row.object_key) == b"canary bill"
