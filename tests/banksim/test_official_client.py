"""Plaid's own Python client reads everything the simulator says, over a real socket."""

import datetime as dt
import json

import plaid
import pytest
from plaid.api import plaid_api
from plaid.model.accounts_balance_get_request import AccountsBalanceGetRequest
from plaid.model.accounts_get_request import AccountsGetRequest
from plaid.model.country_code import CountryCode
from plaid.model.institutions_get_by_id_request import InstitutionsGetByIdRequest
from plaid.model.institutions_get_by_id_request_options import InstitutionsGetByIdRequestOptions
from plaid.model.institutions_get_request import InstitutionsGetRequest
from plaid.model.institutions_search_request import InstitutionsSearchRequest
from plaid.model.item_access_token_invalidate_request import ItemAccessTokenInvalidateRequest
from plaid.model.item_get_request import ItemGetRequest
from plaid.model.item_public_token_exchange_request import ItemPublicTokenExchangeRequest
from plaid.model.item_remove_request import ItemRemoveRequest
from plaid.model.item_webhook_update_request import ItemWebhookUpdateRequest
from plaid.model.link_token_create_hosted_link import LinkTokenCreateHostedLink
from plaid.model.link_token_create_request import LinkTokenCreateRequest
from plaid.model.link_token_create_request_user import LinkTokenCreateRequestUser
from plaid.model.link_token_get_request import LinkTokenGetRequest
from plaid.model.link_token_transactions import LinkTokenTransactions
from plaid.model.products import Products
from plaid.model.sandbox_item_fire_webhook_request import SandboxItemFireWebhookRequest
from plaid.model.sandbox_item_reset_login_request import SandboxItemResetLoginRequest
from plaid.model.sandbox_public_token_create_request import SandboxPublicTokenCreateRequest
from plaid.model.sandbox_public_token_create_request_options import SandboxPublicTokenCreateRequestOptions
from plaid.model.sandbox_public_token_create_request_options_transactions import SandboxPublicTokenCreateRequestOptionsTransactions
from plaid.model.transactions_get_request import TransactionsGetRequest
from plaid.model.transactions_recurring_get_request import TransactionsRecurringGetRequest
from plaid.model.transactions_refresh_request import TransactionsRefreshRequest
from plaid.model.transactions_sync_request import TransactionsSyncRequest
from plaid.model.transactions_sync_request_options import TransactionsSyncRequestOptions
from plaid.model.webhook_verification_key_get_request import WebhookVerificationKeyGetRequest

from banksim.signing import SigningKey


@pytest.fixture
def client(bank):
    keys = {"clientId": "client", "secret": "secret"}
    return plaid_api.PlaidApi(plaid.ApiClient(plaid.Configuration(host=bank.base, api_key=keys)))


@pytest.fixture
def token(client, ear):
    return linked(client, ear.url)


def linked(client, webhook, *, username="user_traveller", bank="ins_134470", days=365):
    span = SandboxPublicTokenCreateRequestOptionsTransactions(days_requested=days)
    options = SandboxPublicTokenCreateRequestOptions(webhook=webhook, override_username=username, transactions=span)
    asked = SandboxPublicTokenCreateRequest(institution_id=bank, initial_products=[Products("transactions")], options=options)
    public = client.sandbox_public_token_create(asked)
    return client.item_public_token_exchange(ItemPublicTokenExchangeRequest(public_token=public.public_token)).access_token


def test_it_makes_and_reads_link_tokens(client):
    made = client.link_token_create(
        LinkTokenCreateRequest(
            client_name="Farthing",
            language="en",
            country_codes=[CountryCode("US")],
            products=[Products("transactions")],
            user=LinkTokenCreateRequestUser(client_user_id="u1"),
            hosted_link=LinkTokenCreateHostedLink(completion_redirect_uri="https://farthing.example/"),
            transactions=LinkTokenTransactions(days_requested=730),
            webhook="https://farthing.example/webhook",
        )
    )
    assert made.hosted_link_url.endswith(made.link_token)
    read = client.link_token_get(LinkTokenGetRequest(link_token=made.link_token))
    assert read.metadata.client_name == "Farthing"
    assert read.expiration > read.created_at


def test_it_syncs_a_whole_history_in_three_currencies(client, token):
    cursor, rows = "", []
    while True:
        options = TransactionsSyncRequestOptions(include_original_description=True)
        page = client.transactions_sync(TransactionsSyncRequest(access_token=token, cursor=cursor, count=100, options=options))
        rows, cursor = rows + page.added, page.next_cursor
        if not page.has_more:
            break
    assert len(rows) > 150
    assert {row.iso_currency_code for row in rows} == {"EUR", "JPY"}
    assert all(isinstance(row.date, dt.date) and row.original_description and row.personal_finance_category.detailed for row in rows)
    assert all(float(row.amount).is_integer() for row in rows if row.iso_currency_code == "JPY")


def test_it_reads_pending_rows_and_their_successors(client, bank, ear):
    token = linked(client, ear.url, username="user_okafor", bank="ins_25", days=30)
    page = client.transactions_sync(TransactionsSyncRequest(access_token=token, count=500))
    item_id = client.item_get(ItemGetRequest(access_token=token)).item.item_id
    pending = next(row for row in bank.look(f"/items/{item_id}/transactions") if row["pending"])
    while page.has_more:
        page = client.transactions_sync(TransactionsSyncRequest(access_token=token, cursor=page.next_cursor, count=500))
    bank.control(f"/transactions/{pending['transaction_id']}/settle", amount="7.40")
    after = client.transactions_sync(TransactionsSyncRequest(access_token=token, cursor=page.next_cursor))
    assert [row.transaction_id for row in after.removed] == [pending["transaction_id"]]
    assert [(row.pending_transaction_id, row.amount) for row in after.added] == [(pending["transaction_id"], 7.4)]


def test_it_reads_accounts_items_windows_and_series(client, token):
    accounts = client.accounts_get(AccountsGetRequest(access_token=token))
    assert {account.name for account in accounts.accounts} == {"EUR balance", "JPY balance"}
    assert client.accounts_balance_get(AccountsBalanceGetRequest(access_token=token)).accounts[0].balances.current == 1842.5
    assert client.item_get(ItemGetRequest(access_token=token)).item.institution_name == "Wise"
    window = client.transactions_get(
        TransactionsGetRequest(access_token=token, start_date=dt.date(2026, 10, 1), end_date=dt.date(2026, 11, 22))
    )
    assert window.total_transactions >= len(window.transactions) > 0
    series = client.transactions_recurring_get(TransactionsRecurringGetRequest(access_token=token))
    assert series.inflow_streams
    client.transactions_refresh(TransactionsRefreshRequest(access_token=token))


def test_it_reads_institutions_and_keys(client, bank):
    options = InstitutionsGetByIdRequestOptions(include_status=True, include_optional_metadata=True)
    asked = InstitutionsGetByIdRequest(institution_id="ins_56", country_codes=[CountryCode("US")], options=options)
    assert client.institutions_get_by_id(asked).institution.name == "Chase"
    assert client.institutions_get(InstitutionsGetRequest(count=3, offset=0, country_codes=[CountryCode("US")])).total > 3
    found = client.institutions_search(
        InstitutionsSearchRequest(query="ally", country_codes=[CountryCode("US")], products=[Products("transactions")])
    )
    assert [institution.name for institution in found.institutions] == ["Ally"]
    kid = bank.control("/webhooks/rotate-key")["key_id"]
    key = client.webhook_verification_key_get(WebhookVerificationKeyGetRequest(key_id=kid)).key
    assert (key.kid, key.alg, key.crv) == (kid, "ES256", "P-256")
    assert "d" not in SigningKey(kid, 0, {"x": "x", "y": "y", "d": "secret"}).public()


def test_it_changes_items_and_sees_their_errors(client, token, ear):
    updated = client.item_webhook_update(ItemWebhookUpdateRequest(access_token=token, webhook=ear.url))
    assert updated.item.webhook == ear.url
    fired = client.sandbox_item_fire_webhook(SandboxItemFireWebhookRequest(access_token=token, webhook_code="DEFAULT_UPDATE"))
    assert fired.webhook_fired
    token = client.item_access_token_invalidate(ItemAccessTokenInvalidateRequest(access_token=token)).new_access_token
    assert client.sandbox_item_reset_login(SandboxItemResetLoginRequest(access_token=token)).reset_login
    shown = client.item_get(ItemGetRequest(access_token=token)).item.error
    assert shown.error_code == "ITEM_LOGIN_REQUIRED"
    with pytest.raises(plaid.ApiException) as caught:
        client.transactions_sync(TransactionsSyncRequest(access_token=token))
    assert (caught.value.status, json.loads(caught.value.body)["error_code"]) == (400, "ITEM_LOGIN_REQUIRED")
    client.item_remove(ItemRemoveRequest(access_token=token))
