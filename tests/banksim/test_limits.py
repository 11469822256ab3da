"""Rate limits are the sandbox's, per item and per client and minute, and can be stretched or turned off."""

import pytest

from banksim.errors import PlaidError
from banksim.limits import SANDBOX, Limits


@pytest.mark.parametrize("path", [path for path, limit in SANDBOX.items() if limit[0]])
def test_an_item_gets_so_many_calls_a_minute_and_then_its_own_code(path):
    limits, (allowed, code, _, _) = Limits(), SANDBOX[path]
    for _ in range(allowed):
        limits.spend(path, client_id="c", item_id="i", ticks_s=10.0)
    with pytest.raises(PlaidError, match=code):
        limits.spend(path, client_id="c", item_id="i", ticks_s=69.9)
    limits.spend(path, client_id="c", item_id="another", ticks_s=69.9)
    limits.spend(path, client_id="c", item_id="i", ticks_s=70.0)


def test_a_client_has_limits_over_all_its_items():
    limits = Limits()
    for number in range(100):
        limits.spend("/accounts/balance/get", client_id="c", item_id=f"i{number}", ticks_s=0.0)
    with pytest.raises(PlaidError, match="ACCOUNTS_BALANCE_GET_LIMIT"):
        limits.spend("/accounts/balance/get", client_id="c", item_id="one more", ticks_s=0.0)


def test_limits_can_be_stretched_or_switched_off():
    assert let_through(Limits(), 50) == 2
    assert let_through(Limits(scale=3.0), 50) == 6
    assert let_through(Limits(on=False), 50) == 50


def let_through(limits: Limits, calls: int) -> int:
    """How many of so many calls are let through."""
    for number in range(calls):
        try:
            limits.spend("/transactions/refresh", client_id="c", item_id="i", ticks_s=0.0)
        except PlaidError:
            return number
    return calls


def test_over_the_limit_a_call_is_429_with_plaids_body_until_the_control_api_resets_it(slow_bank, refused):
    item = slow_bank.link()
    item.control("/stage", stage="historical")
    for _ in range(2):
        item.call("/transactions/refresh")
    assert refused(item.call, "/transactions/refresh") == "TRANSACTIONS_REFRESH_LIMIT"
    slow_bank.control("/limits", reset=True)
    item.call("/transactions/refresh")
