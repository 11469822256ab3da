"""Who must act when Plaid says no, and what each of its other calls gives."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from connections.wire import Answer, Wire, recorded
from farthing.connections.model import Institution, LinkState, SeenAccount
from farthing.connections.providers.plaid import Plaid
from farthing.connections.providers.plaid_errors import BY_CODE, error_of
from farthing.core.errors import Disconnected, FarthingError, NeedsOperator, NeedsOwner, Rejected, Unavailable

TABLE = """
ITEM_LOGIN_REQUIRED             NeedsOwner     sign_in
ITEM_LOCKED                     NeedsOwner     act_at_bank
PASSWORD_RESET_REQUIRED         NeedsOwner     act_at_bank
ACCESS_NOT_GRANTED              NeedsOwner     consent
NO_ACCOUNTS                     NeedsOwner     no_accounts
ITEM_NOT_FOUND                  Disconnected   gone
INVALID_ACCESS_TOKEN            Disconnected   gone
USER_PERMISSION_REVOKED         Disconnected   revoked
INVALID_UPDATED_USERNAME        Disconnected   link_anew
INVALID_API_KEYS                NeedsOperator  provider_keys
CREDITS_EXHAUSTED               NeedsOperator  provider_quota
UNAUTHORIZED_INSTITUTION        NeedsOperator  not_offered
INVALID_PUBLIC_TOKEN            Rejected       link_expired
PRODUCT_NOT_READY               Unavailable    not_ready
RATE_LIMIT_EXCEEDED/TRANSACTIONS_SYNC_LIMIT      Unavailable    provider_busy
RATE_LIMIT_EXCEEDED/A_NEW_LIMIT                  Unavailable    provider_busy
INSTITUTION_ERROR/INSTITUTION_DOWN               Unavailable    bank_down
INSTITUTION_ERROR/A_NEW_TROUBLE                  Unavailable    bank_down
API_ERROR/INTERNAL_SERVER_ERROR                  Unavailable    provider_down
API_ERROR/PLANNED_MAINTENANCE                    Unavailable    provider_down
ITEM_ERROR/A_NEW_TROUBLE                         Unavailable    provider_error
INVALID_REQUEST/MISSING_FIELDS                   NeedsOperator  provider_refused
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_a_code_says_who_must_act(line: str) -> None:
    code, kind, reason = line.split()
    error_type, _, error_code = code.rpartition("/")
    error = error_of(400, msgspec.json.encode({"error_type": error_type, "error_code": error_code}))
    assert (type(error).__name__, error.code) == (kind, reason)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(502, b"<html>", Unavailable), (429, b"", Unavailable), (400, b"[]", NeedsOperator), (400, b'{"error_code": 7}', NeedsOperator)],
)
def test_without_a_code_the_status_decides(status: int, body: bytes, kind: type[FarthingError]) -> None:
    assert type(error_of(status, body)) is kind


def test_the_longer_of_their_wait_and_ours_counts() -> None:
    busy = msgspec.json.encode({"error_type": "RATE_LIMIT_EXCEEDED", "error_code": "RATE_LIMIT"})
    for asked, wait in ((None, 60), (17, 60), (900, 900)):
        error = error_of(429, busy, retry_after_s=asked)
        assert isinstance(error, Unavailable)
        assert error.retry_after_s == wait


def test_an_oauth_reason_outranks_the_code() -> None:
    body = {"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED", "error_code_reason": "OAUTH_CONSENT_EXPIRED"}
    assert error_of(400, msgspec.json.encode(body)).code == "consent"


def test_no_error_shows_what_the_provider_wrote_for_people() -> None:
    body = {"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED", "error_message": "token access-sandbox-1 is <b>bad</b>"}
    assert "access" not in str(error_of(400, msgspec.json.encode(body)))
    assert "<b>" not in str(error_of(400, msgspec.json.encode({"error_code": "<b>"})))


def test_a_broken_item_is_never_blamed_for_the_operators_keys() -> None:
    for code in ("INVALID_API_KEYS", "UNAUTHORIZED_ENVIRONMENT", "CREDITS_EXHAUSTED"):
        assert not issubclass(BY_CODE[code].error, NeedsOwner | Disconnected)


# Linking ---------------------------------------------------------------------------------------------------------------------


async def test_a_new_link_asks_for_two_years_and_a_repair_for_no_product(wire: Wire, plaid: Plaid) -> None:
    wire.lay("/link/token/create", "link_token_create")
    to = {"user_ref": "u1", "redirect_url": "https://farthing.example/r", "webhook_url": "https://farthing.example/w"}
    ticket = await plaid.create_link(**to)
    assert ticket.link_url == "https://secure.plaid.com/hl/lp1o2i3u"
    assert ticket.expires_at == dt.datetime(2026, 11, 22, 12, 30, tzinfo=dt.UTC)
    assert ticket.link_token not in repr(ticket)
    await plaid.create_link(**to, access_token="access-1")
    new, repair = wire.bodies("/link/token/create")
    assert (new["products"], new["transactions"], new["webhook"]) == (
        ["transactions"],
        {"days_requested": 730},
        "https://farthing.example/w",
    )
    assert (repair["access_token"], "products" in repair, "webhook" in repair) == ("access-1", False, False)


@pytest.mark.parametrize(
    ("name", "state", "items"),
    [
        ("link_token_get_waiting", LinkState.WAITING, 0),
        ("link_token_get_left", LinkState.LEFT, 0),
        ("link_token_get_repaired", LinkState.DONE, 0),
        ("link_token_get_done", LinkState.DONE, 1),
    ],
)
async def test_what_came_of_a_link_page(wire: Wire, plaid: Plaid, name: str, state: LinkState, items: int) -> None:
    wire.lay("/link/token/get", name)
    result = await plaid.link_result("link-1")
    assert (result.state, len(result.items)) == (state, items)


async def test_a_finished_page_shows_bank_and_accounts_before_any_exchange(wire: Wire, plaid: Plaid) -> None:
    wire.lay("/link/token/get", "link_token_get_done")
    (item,) = (await plaid.link_result("link-1")).items
    assert item.institution == Institution("ins_109508", "First Platypus Bank")
    assert item.accounts == (SeenAccount("Plaid Checking", "0000", "checking"), SeenAccount("Vault", "", "investment"))
    assert item.public_token not in repr(item)


async def test_an_exchange_gives_the_token_and_says_it_to_nobody(wire: Wire, plaid: Plaid) -> None:
    wire.lay("/item/public_token/exchange", "public_token_exchange")
    got = await plaid.exchange("public-1")
    assert (got.access_token[:15], got.item_ref) == ("access-sandbox-", "Ed6bjNrDLJfGvZWwnkQlfxwoNz54B5C97ejBr")
    assert got.access_token not in repr(got)


async def test_a_spent_public_token_is_the_senders_trouble(wire: Wire, plaid: Plaid) -> None:
    body = msgspec.json.encode({"error_type": "INVALID_INPUT", "error_code": "INVALID_PUBLIC_TOKEN"})
    wire.lay("/item/public_token/exchange", Answer(400, body))
    with pytest.raises(Rejected):
        await plaid.exchange("public-1")


async def test_a_link_is_described_in_the_banks_own_words(wire: Wire, plaid: Plaid) -> None:
    wire.lay("/item/get", "item_get")
    got = await plaid.describe("access-1")
    assert got.institution == Institution("ins_109508", "First Platypus Bank")
    assert got.data_as_of == dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
    assert got.consent_expires_at == dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    assert got.error_code is None


async def test_a_bank_without_a_name_is_asked_for_it(wire: Wire, plaid: Plaid) -> None:
    body = msgspec.json.decode(recorded("item_get"))
    del body["item"]["institution_name"]
    wire.lay("/item/get", msgspec.json.encode(body))
    wire.lay("/institutions/get_by_id", "institutions_get_by_id")
    assert (await plaid.describe("access-1")).institution == Institution("ins_109508", "First Platypus Bank", "https://platypus.example")


async def test_removing_what_is_gone_already_is_done(wire: Wire, plaid: Plaid) -> None:
    wire.lay("/item/remove", Answer(400, msgspec.json.encode({"error_type": "ITEM_ERROR", "error_code": "ITEM_NOT_FOUND"})))
    await plaid.remove("access-1")
    wire.lay("/item/remove", Answer(500, b""))
    with pytest.raises(Unavailable):
        await plaid.remove("access-1")
