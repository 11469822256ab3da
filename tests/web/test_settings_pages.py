"""/settings/... as a reader without a script sees them, through the real application."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from farthing.connections.due import DueRow, Kind
from farthing.flows.export import make_export
from farthing.flows.world import World
from web.visit import Browser, browser, program, signed_in
from world import PASSWORD, Bank, Family, found

NEW_PASSWORD = "seven green bicycles in a row"
PLACES = ("profile", "household", "categories", "appearance", "security", "tokens", "data")


def session_ids(page: str) -> list[str]:
    return re.findall(r'name="session_id" value="(ses_\w+)"', page)


async def test_settings_begin_at_the_profile_and_every_page_leads_to_the_others(reader: Browser) -> None:
    await reader.open("/settings")
    assert reader.at == "/settings/profile"
    for place in PLACES:
        await reader.open(f"/settings/{place}")
        assert reader.status == 200
        assert f'href="/settings/{place}" aria-current="page"' in reader.page
        assert all(f'href="/settings/{other}"' in reader.page for other in PLACES)


async def test_a_new_name_is_shown_from_then_on(reader: Browser) -> None:
    await reader.open("/settings/profile")
    await reader.send("/settings/profile", intent="name", name="Zoë Okafor-Lindqvist")
    assert "Saved." in reader.words
    assert 'value="Zoë Okafor-Lindqvist"' in reader.page
    await reader.open("/settings/household")
    assert "Zoë Okafor-Lindqvist" in reader.words
    await reader.send("/settings/profile", intent="name", name="x" * 81)
    assert (reader.status, "At most 80 characters." in reader.words) == (422, True)
    assert 'aria-invalid="true"' in reader.page


async def test_another_address_asks_for_the_password_and_is_what_one_signs_in_with(
    reader: Browser, world: World, household: Family
) -> None:
    fresh = f"new.{household.email}"
    await reader.open("/settings/profile")
    assert household.email in reader.words
    await reader.send("/settings/profile", intent="email", email=fresh, email_password="guess")
    assert (reader.status, "That is not your password." in reader.words) == (422, True)
    assert f'value="{fresh}"' in reader.page
    await reader.send("/settings/profile", intent="email", email="no address", email_password=PASSWORD)
    assert (reader.status, "An e-mail address is written name@example.com." in reader.words) == (422, True)
    await reader.send("/settings/profile", intent="email", email=fresh, email_password=PASSWORD)
    assert "You sign in with the new address from now on." in reader.words
    assert f"You sign in as {fresh}" in reader.words
    household.email = fresh
    async with browser(world, household) as again:
        await again.open("/settings/profile")
        assert again.status == 200
        assert again.at == "/settings/profile"


async def test_an_address_of_somebody_else_is_refused_without_saying_so(reader: Browser, world: World) -> None:
    other = await found(world)
    await reader.open("/settings/profile")
    await reader.send("/settings/profile", intent="email", email=other.email, email_password=PASSWORD)
    assert (reader.status, "This address cannot be used." in reader.words) == (409, True)
    await reader.send("/settings/profile", intent="name", name="Still here")
    assert "Saved." in reader.words


async def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(reader: Browser, world: World, household: Family) -> None:
    async with browser(world, household) as elsewhere:
        await reader.open("/settings/profile")
        await reader.send("/settings/profile", intent="password", current="wrong", password=NEW_PASSWORD)
        assert (reader.status, "That is not your password." in reader.words) == (422, True)
        await reader.send("/settings/profile", intent="password", current=PASSWORD, password="short")
        assert (reader.status, "At least 15 characters; a few words in a row are fine." in reader.words) == (422, True)
        assert 'value="short"' not in reader.page
        await elsewhere.open("/settings/profile")
        assert elsewhere.at == "/settings/profile"
        await reader.send("/settings/profile", intent="password", current=PASSWORD, password=NEW_PASSWORD)
        assert "Every other browser is signed out." in reader.words
        await elsewhere.open("/settings/profile")
        assert elsewhere.at.startswith("/sign-in")
    await reader.client.post("/sign-in", data={"email": household.email, "password": NEW_PASSWORD})


async def test_the_household_is_renamed_and_its_currency_is_free_while_nothing_is_counted(
    reader: Browser, household: Family, bank: Bank
) -> None:
    await reader.open("/settings/household")
    new = {"name": "The Okafors", "currency": "EUR", "zone": "Europe/Berlin", "locale": "de-DE"}
    await reader.send("/settings/household", **new)
    assert "Saved." in reader.words
    for chosen in ('value="EUR" selected', 'value="Europe/Berlin" selected', 'value="de-DE" selected', 'value="The Okafors"'):
        assert chosen in reader.page
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    await reader.open("/settings/household")
    assert "Fixed, because transactions or budgets are counted in it." in reader.words
    assert 'name="currency" disabled' in reader.page
    await reader.send("/settings/household", name="Okafors", zone="Europe/Paris", locale="fr-FR")
    assert 'value="Europe/Paris" selected' in reader.page
    assert 'value="EUR" selected' in reader.page
    await reader.send("/settings/household", **{**new, "currency": "USD"})
    assert (reader.status, "The currency is fixed once" in reader.words) == (409, True)


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Base"}, {"locale": "xx"}, {"currency": "BTC"}, {"name": "n" * 90}, {"currency": ""}])
async def test_settings_that_cannot_be_are_refused_beside_their_field(reader: Browser, wrong: dict[str, str]) -> None:
    await reader.open("/settings/household")
    await reader.send("/settings/household", **{"name": "A", "currency": "USD", "zone": "UTC", "locale": "en-US", **wrong})
    assert reader.status == 422
    (field,) = wrong
    assert re.search(rf'id="f-{field}"[^>]* aria-invalid="true" aria-describedby="f-{field}-note"', reader.page)


async def test_a_taste_is_there_at_first_paint_on_every_browser(reader: Browser, world: World, household: Family) -> None:
    await reader.open("/settings/appearance")
    assert "data-privacy" not in reader.page.partition("<head>")[0]
    await reader.send("/settings/appearance", theme="dark", density="cozy", privacy="yes")
    assert "Saved." in reader.words
    async with browser(world, household) as other:
        await other.open("/accounts")
        opening = other.page.partition("<head>")[0]
        assert all(mark in opening for mark in ('data-theme="dark"', 'data-density="cozy"', 'data-privacy="on"'))
        assert 'data-single-keys="off"' in other.page
    await reader.send("/settings/appearance", theme="sepia", density="cozy")
    assert (reader.status, "One of auto, light, dark." in reader.words) == (422, True)


async def test_rows_are_compact_until_a_member_wants_them_taller(reader: Browser) -> None:
    await reader.open("/settings/appearance")
    assert "data-density" not in reader.page.partition("<head>")[0]
    assert 'name="density" value="compact" data-set-density checked' in reader.page
    await reader.send("/settings/appearance", intent="one", density="cozy")
    await reader.open("/transactions")
    assert 'data-density="cozy"' in reader.page.partition("<head>")[0]


async def test_a_key_changes_one_taste_and_leaves_the_others(reader: Browser) -> None:
    await reader.open("/settings/appearance")
    await reader.send("/settings/appearance", theme="dark", density="compact", single_keys="yes")
    await reader.send("/settings/appearance", intent="one", privacy="yes")
    assert (reader.status, reader.page) == (204, "")
    await reader.open("/settings/appearance")
    opening = reader.page.partition("<head>")[0]
    assert 'data-theme="dark"' in opening
    assert 'data-privacy="on"' in opening
    assert 'name="single_keys" value="yes" checked' in reader.page


async def test_a_browser_is_signed_out_from_afar(reader: Browser, world: World, household: Family) -> None:
    async with browser(world, household) as elsewhere:
        await reader.open("/settings/security")
        assert "this one" in reader.words
        (other,) = [s for s in session_ids(reader.page) if s not in await own_id(elsewhere, reader)]
        await reader.send("/settings/security", intent="sign-out", session_id=other)
        assert "That browser is signed out." in reader.words
        await elsewhere.open("/settings/security")
        assert elsewhere.at.startswith("/sign-in")
    await reader.open("/settings/security")
    assert len(session_ids(reader.page)) == 1


async def own_id(elsewhere: Browser, reader: Browser) -> list[str]:
    """The session of `reader`: the one that `elsewhere` does not call "this one"."""
    await elsewhere.open("/settings/security")
    lines = re.findall(r'<li class="setting-line">.*?</li>', elsewhere.page, flags=re.DOTALL)
    return [session_ids(line)[0] for line in lines if "session_id" in line and "this one" not in line]


async def test_signing_out_everywhere_means_here_too(reader: Browser, world: World, household: Family) -> None:
    async with browser(world, household) as elsewhere:
        await reader.open("/settings/security")
        await reader.send("/settings/security", intent="sign-out-all")
        assert reader.at.startswith("/sign-in")
        for gone in (reader, elsewhere):
            await gone.open("/settings/security")
            assert gone.at.startswith("/sign-in")


async def test_a_strangers_session_is_not_ended(reader: Browser, world: World) -> None:
    other = await found(world)
    async with browser(world, other) as stranger:
        await stranger.open("/settings/security")
        (theirs,) = session_ids(stranger.page)
        await reader.open("/settings/security")
        await reader.send("/settings/security", intent="sign-out", session_id=theirs)
        await stranger.open("/settings/security")
        assert stranger.at == "/settings/security"


@pytest.mark.parametrize("place", ["::1", "127.0.0.1", "127.8.9.1", "::ffff:127.0.0.1"])
async def test_a_session_of_the_machine_that_farthing_runs_on_says_so_and_no_number(household: Family, world: World, place: str) -> None:
    async with signed_in(world, household.email, PASSWORD, place=place) as here:
        await here.open("/settings/security")
        assert "this one this machine" in here.words
        async with signed_in(world, household.email, PASSWORD, place="203.0.113.7") as far:
            await far.open("/settings/security")
        listed = far.words.partition("Access log")[0]
        assert "this one 203.0.113.7" in listed
        assert "the machine that Farthing runs on" in listed  # "this machine" would be the reader's own
        assert place not in listed


async def test_the_access_log_says_who_did_what_in_words(reader: Browser, household: Family, bank: Bank, world: World) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    await reader.client.post("/sign-in", data={"email": household.email, "password": "guess"})
    async with browser(world, household) as again:
        await again.open("/settings/profile")
        await again.send("/settings/profile", intent="name", name="Maya")
        await again.send("/settings/household", name="Okafors")
        await again.send("/settings/data", intent="export", password=PASSWORD)
        await again.open("/settings/security")
    log = again.words.partition("Access log")[2]
    assert "Asked for an export of everything Maya, A browser Today, 09:17" in log
    for told in ("Changed the household: name", "Changed the profile: name", "Signed in", "tried to sign in with a wrong password"):
        assert told in log
    assert "bank brought" not in log


async def test_the_access_log_goes_back_page_by_page(reader: Browser, world: World, household: Family) -> None:
    await reader.open("/settings/profile")
    for n in range(50):
        await reader.send("/settings/profile" if n % 2 else "/settings/household", intent="name", name=f"N{n}")
    await reader.open("/settings/security")
    assert reader.page.count("log-line") == 40
    older = re.findall(r'href="(/settings/security\?before=aud_\w+#log)"', reader.page)[0]
    await reader.open(older)
    assert "Signed in" in reader.words.partition("Access log")[2]
    assert 10 <= reader.page.count("log-line") < 40
    assert "Older" not in reader.words
    await reader.open("/settings/security?before=nonsense")
    assert reader.status == 404


async def test_a_token_is_shown_once_works_and_is_revoked(reader: Browser, world: World, household: Family) -> None:
    await reader.open("/settings/tokens")
    assert "No tokens." in reader.words
    await reader.send("/settings/tokens", intent="make", name="Sheet", scope="read", days="30", password="guess")
    assert (reader.status, "That is not your password." in reader.words) == (422, True)
    assert 'value="Sheet"' in reader.page
    await reader.send("/settings/tokens", intent="make", name="Sheet", scope="read", days="30", password=PASSWORD)
    (secret,) = re.findall(r"fth_[\w-]{43}", reader.page)
    assert "Sheet Read, ends 22 Dec 2026 never used" in reader.words
    bearer = {"authorization": f"Bearer {secret}"}
    assert (await reader.client.get("/api/v1/household", headers=bearer)).status_code == 200
    assert (await reader.client.patch("/api/v1/household", json={"name": "X"}, headers=bearer)).status_code == 403
    await reader.open("/settings/tokens")
    assert secret not in reader.page
    assert "used just now" in reader.words
    (key,) = re.findall(r'value="(tok_\w+)"', reader.page)
    await reader.send("/settings/tokens", intent="revoke", token_id=key)
    assert "The token is revoked." in reader.words
    assert (await reader.client.get("/api/v1/household", headers=bearer)).status_code == 401
    await reader.send("/settings/tokens", intent="revoke", token_id=key)
    assert reader.status == 404


@pytest.mark.parametrize(
    "form", [{"scope": "root"}, {"days": "0"}, {"days": "-5"}, {"days": "x"}, {"days": "99999999999"}, {"name": "n" * 99}]
)
async def test_a_token_that_cannot_be_is_refused_in_words(reader: Browser, form: dict[str, str]) -> None:
    await reader.open("/settings/tokens")
    await reader.send("/settings/tokens", **{"intent": "make", "name": "A", "scope": "read", "days": "30", "password": PASSWORD, **form})
    assert reader.status == 422
    assert 'role="alert"' in reader.page or 'class="wrong"' in reader.page
    assert "No tokens." in reader.words


async def test_everything_is_exported_after_the_password_and_kept_for_a_day(
    reader: Browser, world: World, household: Family, bank: Bank
) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1", "2026-10-02 -7.00 ZORBLAX x2")
    await reader.open("/settings/data")
    assert "1 account, 2 transactions, 1 connection and 0 budgets as JSON and CSV" in reader.words
    await reader.send("/settings/data", intent="export")
    assert (reader.status, "That is not your password." in reader.words) == (422, True)
    await reader.send("/settings/data", intent="export", password=PASSWORD)
    assert "Asked for today, 09:17 Being made" in reader.words
    assert 'hx-get="/settings/data/exports"' in reader.page
    async with household.unit() as (unit, _):
        export_id = await unit.conn.fetchval("select export_id from export where household_id = $1", household.household_id)
    await make_export(world, DueRow(household.household_id, Kind.EXPORT, export_id, 1, 1))
    await reader.open("/settings/data/exports")
    assert re.search(r"\d kB, until tomorrow, 09:17", reader.words)
    assert "hx-get" not in reader.page
    (link,) = re.findall(r'href="(/settings/data/exports/exp_\w+)"', reader.page)
    answer = await reader.client.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="farthing.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert "ZORBLAX" in archive.read("csv/transactions.csv").decode().upper()
    world.clock.forward(hours=25)  # type: ignore[attr-defined]
    assert (await reader.client.get(link)).status_code == 404
    await reader.open("/settings/data")
    assert "Asked for" not in reader.words


async def test_a_strangers_export_is_as_missing_as_a_made_up_one(reader: Browser, world: World, household: Family) -> None:
    await reader.open("/settings/data")
    await reader.send("/settings/data", intent="export", password=PASSWORD)
    async with household.unit() as (unit, _):
        export_id = await unit.conn.fetchval("select export_id from export where household_id = $1", household.household_id)
    await make_export(world, DueRow(household.household_id, Kind.EXPORT, export_id, 1, 1))
    await reader.open("/settings/data/exports")
    (link,) = re.findall(r'href="(/settings/data/exports/exp_\w+)"', reader.page)
    async with browser(world, await found(world)) as stranger:
        for path in (link, "/settings/data/exports/exp_0", "/settings/data/exports/x"):
            await stranger.open(path)
            assert (stranger.status, "There is nothing here" in stranger.words) == (404, True)


async def test_too_many_exports_are_put_off_in_words(reader: Browser) -> None:
    await reader.open("/settings/data")
    for _ in range(6):
        await reader.send("/settings/data", intent="export", password=PASSWORD)
    assert (reader.status, "Too many tries; wait a little." in reader.words) == (429, True)


async def test_everything_is_erased_after_address_and_password_with_a_receipt(reader: Browser, world: World, household: Family) -> None:
    async with program(world, household) as api:
        made = (await api.post("/accounts", json={"name": "Wallet", "kind": "cash"})).json()
        entry = {"account_id": made["id"], "date": "2026-11-20", "amount": "-12.50", "merchant": "Market"}
        assert (await api.post("/transactions", json=entry)).status_code == 201
    await reader.open("/settings/data")
    assert "Delete 1 account and 1 transaction" in reader.words
    for form, said in (
        ({"confirm": "somebody@example.org", "password": PASSWORD}, f"Type {household.email} to say that you mean it."),
        ({"confirm": household.email, "password": "guess"}, "That is not your password."),
        ({}, f"Type {household.email} to say that you mean it."),
    ):
        await reader.send("/settings/data", intent="erase", **form)
        assert (reader.status, said in reader.words) == (422, True)
    await reader.send("/settings/data", intent="erase", confirm=household.email.upper(), password=PASSWORD)
    assert "Everything is deleted" in reader.words
    assert re.search(r"Receipt rcp_\w+ At 2026-11-22 09:17 UTC", reader.words)
    assert "1 account 1 transaction" in reader.words
    await reader.open("/settings/data")
    assert reader.at.startswith("/sign-in")
    await reader.client.post("/sign-in", data={"email": household.email, "password": PASSWORD})
    await reader.open("/accounts")
    assert reader.at.startswith("/sign-in")


async def test_forms_of_other_sites_come_to_nothing(reader: Browser, household: Family) -> None:
    reader.csrf = "guessed"
    for place in ("profile", "household", "appearance", "security", "tokens", "data"):
        await reader.send(f"/settings/{place}", intent="erase", confirm=household.email, password=PASSWORD)
        assert reader.status == 403
    await reader.open("/settings/profile")
    assert reader.status == 200


@pytest.mark.parametrize("place", PLACES)
async def test_nothing_that_can_be_typed_breaks_a_page(reader: Browser, place: str) -> None:
    await reader.open(f"/settings/{place}")
    names = (
        "intent",
        "name",
        "email",
        "currency",
        "zone",
        "locale",
        "theme",
        "density",
        "scope",
        "days",
        "session_id",
        "token_id",
        "confirm",
    )
    for text in ("\x00", "\ud83d", "'; drop table member; --", "<script>", "٣٠", "x" * 5_000, "../../etc/passwd", "1e9", "\u202eabc"):
        form = dict.fromkeys(names, text.encode("utf-8", "replace").decode())
        for intent in (text, "email", "password", "erase", "revoke", "make", "one"):
            await reader.send(f"/settings/{place}", **{**form, "intent": intent.encode("utf-8", "replace").decode()})
            assert reader.status < 500, (text[:20], intent)
        for query in ("saved", "done", "before"):
            await reader.client.get(f"/settings/{place}", params={query: text.encode("utf-8", "replace").decode()})
