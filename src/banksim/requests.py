"""Request bodies, field for field as the API description has them. Unknown fields are refused, as Plaid refuses them."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Count500 = Annotated[int, Meta(ge=1, le=500)]
Days730 = Annotated[int, Meta(ge=1, le=730)]
Text = Annotated[str, Meta(min_length=1)]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every request may carry the credentials in its body."""

    client_id: str | None = None
    secret: str | None = None


class OfItem(Asked, frozen=True):
    access_token: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A nested object of which we read a few fields and accept the rest."""


class LinkUser(Part, frozen=True):
    client_user_id: Text


class HostedLink(Part, frozen=True):
    completion_redirect_uri: str | None = None
    url_lifetime_seconds: int | None = None
    is_mobile_app: bool | None = None
    delivery_method: str | None = None


class LinkUpdate(Part, frozen=True):
    account_selection_enabled: bool = False


class LinkTransactions(Part, frozen=True):
    days_requested: Days730 = 90


class LinkAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that matter to transactions."""

    client_name: Text
    language: Text
    country_codes: Annotated[tuple[str, ...], Meta(min_length=1)]
    client_id: str | None = None
    secret: str | None = None
    user: LinkUser | None = None
    products: tuple[str, ...] | None = None
    webhook: str | None = None
    access_token: str | None = None
    redirect_uri: str | None = None
    hosted_link: HostedLink | None = None
    update: LinkUpdate | None = None
    transactions: LinkTransactions | None = None
    institution_id: str | None = None
    account_filters: dict[str, Any] | None = None


# What belongs to other products is accepted unread; anything else is refused as unknown.
_LINK_UNREAD = """
    user_id required_if_supported_products optional_products additional_consented_products access_tokens link_customization_name
    appearance_mode android_package_name institution_data card_switch eu_config payment_configuration payment_initiation
    employment income_verification base_report credit_partner_insights cra_options consumer_report_permissible_purpose auth
    transfer identity_verification statements third_party_user_token investments investments_auth cashflow_report cra_enabled
    identity financekit_supported enable_multi_item_link user_token
"""
LinkTokenCreate = msgspec.defstruct(
    "LinkTokenCreate",
    [(name, Any, None) for name in _LINK_UNREAD.split()],
    bases=(LinkAsked,),
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
)


class LinkTokenGet(Asked, frozen=True):
    link_token: str


class PublicTokenExchange(Asked, frozen=True):
    public_token: str


class AccountsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    account_ids: tuple[str, ...] | None = None
    min_last_updated_datetime: str | None = None


class AccountsGet(OfItem, frozen=True):
    options: AccountsOptions | None = None


class SyncOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    include_original_description: bool | None = None
    include_personal_finance_category: bool = True
    include_logo_and_counterparty_beta: bool | None = None
    personal_finance_category_version: str | None = None
    days_requested: Days730 | None = None
    account_id: str | None = None


class TransactionsSync(OfItem, frozen=True):
    cursor: str | None = None
    count: Count500 = 100
    options: SyncOptions = SyncOptions()


class GetOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    account_ids: tuple[str, ...] | None = None
    count: Count500 = 100
    offset: Annotated[int, Meta(ge=0)] = 0
    include_original_description: bool | None = None
    include_personal_finance_category_beta: bool | None = None
    include_personal_finance_category: bool = True
    include_logo_and_counterparty_beta: bool | None = None
    personal_finance_category_version: str | None = None
    days_requested: Days730 | None = None


class TransactionsGet(OfItem, frozen=True):
    start_date: dt.date
    end_date: dt.date
    options: GetOptions = GetOptions()


class RecurringOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    include_personal_finance_category: bool = True
    personal_finance_category_version: str | None = None


class TransactionsRecurringGet(OfItem, frozen=True):
    account_ids: tuple[str, ...] | None = None
    options: RecurringOptions | None = None


class ItemRemove(OfItem, frozen=True):
    reason_code: str | None = None
    reason_note: str | None = None


class ItemWebhookUpdate(OfItem, frozen=True):
    webhook: str | None = None


class WebhookKeyGet(Asked, frozen=True):
    key_id: str


class InstitutionsGetById(Asked, frozen=True):
    institution_id: Text
    country_codes: tuple[str, ...]
    options: dict[str, Any] | None = None


class InstitutionsGet(Asked, frozen=True):
    count: Count500
    offset: Annotated[int, Meta(ge=0)]
    country_codes: tuple[str, ...]
    options: dict[str, Any] | None = None


class InstitutionsSearch(Asked, frozen=True):
    query: Text
    country_codes: tuple[str, ...]
    products: tuple[str, ...] | None = None
    options: dict[str, Any] | None = None


class SandboxTransactions(Part, frozen=True):
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    days_requested: Days730 = 90


class SandboxOptions(Part, frozen=True):
    webhook: str | None = None
    override_username: str | None = None
    override_password: str | None = None
    transactions: SandboxTransactions | None = None


class SandboxPublicTokenCreate(Asked, frozen=True):
    institution_id: str
    initial_products: Annotated[tuple[str, ...], Meta(min_length=1)]
    options: SandboxOptions | None = None
    user_token: str | None = None
    user_id: str | None = None


class SandboxFireWebhook(OfItem, frozen=True):
    webhook_code: str
    webhook_type: str | None = None


class SandboxTransaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    date_transacted: dt.date
    date_posted: dt.date
    amount: float
    description: str
    iso_currency_code: str | None = None


class SandboxTransactionsCreate(OfItem, frozen=True):
    transactions: Annotated[tuple[SandboxTransaction, ...], Meta(min_length=1, max_length=10)]
