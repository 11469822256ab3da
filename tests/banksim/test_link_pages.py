"""A person clicks through the hosted link pages; the client learns of it by webhook and by asking."""

import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

ASKED = {"client_name": "Farthing", "language": "en", "country_codes": ["US"]}


class Browser:
    """Follows links and sends forms, as a person without scripts would."""

    def __init__(self, url):
        self.url = url

    def open(self, path="", form=None):
        raw = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            answer = urllib.request.build_opener(NoRedirect).open(self.url + path, data=raw, timeout=20)
        except urllib.error.HTTPError as refused:
            answer = refused
        self.status, self.headers, self.page = answer.status, answer.headers, answer.read().decode()
        return self.page


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture
def begin(bank, ear):
    def start(**more):
        asked = {"products": ["transactions"], "webhook": ear.url, "transactions": {"days_requested": 60}, **ASKED, **more}
        made = bank.call("/link/token/create", **{"hosted_link": {}, **asked})
        return made["link_token"], Browser(made["hosted_link_url"])

    return start


def test_a_person_finds_a_bank_signs_in_and_chooses_accounts(bank, begin, ear, spec):
    # given
    token, browser = begin()
    # when a person searches, signs in and leaves one account out
    assert "Ally" in browser.open("?q=ally")
    assert "Chase" not in browser.page
    assert "user_okafor" in browser.open("/sign-in?institution=ins_25")
    assert "Joint checking" in browser.open("/accounts", {"institution": "ins_25", "username": "user_okafor"})
    browser.open("/finish", [("institution", "ins_25"), ("username", "user_okafor"), ("account", "checking")])
    assert "Connected" in browser.page
    # then the client hears it
    finished, added = ear.next(), ear.next()
    spec.check("LinkSessionFinishedWebhook", finished)
    spec.check("ItemAddResultWebhook", added)
    assert (finished["status"], finished["link_token"], finished["public_tokens"]) == ("SUCCESS", token, [added["public_token"]])
    # and finds it by asking
    (session,) = bank.call("/link/token/get", link_token=token)["link_sessions"]
    (result,) = session["results"]["item_add_results"]
    assert (result["public_token"], result["institution"]["name"]) == (added["public_token"], "Ally")
    given = bank.call("/item/public_token/exchange", public_token=result["public_token"])
    accounts = bank.call("/accounts/get", access_token=given["access_token"])["accounts"]
    assert [account["name"] for account in accounts] == ["Joint checking"]
    # and the link is used up
    assert "start again" in browser.open()
    assert browser.status == 404


def test_an_unknown_user_name_is_said_and_can_be_corrected(begin):
    _, browser = begin()
    page = browser.open("/accounts", {"institution": "ins_25", "username": "<b>nobody</b>"})
    assert browser.status == 422
    assert "does not know the user name" in page
    assert "<b>nobody" not in page


def test_pages_have_no_script_no_inline_style_and_a_strict_policy(begin):
    _, browser = begin(hosted_link={"completion_redirect_uri": "https://farthing.example/done"})
    for path in ("", "/sign-in?institution=ins_25"):
        page = browser.open(path)
        assert not re.search(r"<script|<style| style=| on\w+=", page)
        policy = browser.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self' https://farthing.example;" in policy


def test_at_the_end_the_person_is_sent_where_the_client_asked(begin):
    _, browser = begin(hosted_link={"completion_redirect_uri": "https://farthing.example/done?x=1"})
    browser.open("/finish", [("institution", "ins_25"), ("username", "user_okafor"), ("account", "savings")])
    assert (browser.status, browser.headers["Location"]) == (303, "https://farthing.example/done?x=1")


def test_leaving_ends_the_session_without_an_item(bank, begin, ear):
    token, browser = begin()
    assert "Nothing was connected" in browser.open("/leave", {})
    assert ear.next()["status"] == "EXITED"
    (session,) = bank.call("/link/token/get", link_token=token)["link_sessions"]
    assert "results" not in session
    assert session["exit"]["error"] is None


def test_choosing_no_account_connects_nothing(bank, begin):
    token, browser = begin()
    browser.open("/finish", [("institution", "ins_25"), ("username", "user_okafor")])
    assert browser.status == 400
    assert bank.call("/link/token/get", link_token=token)["link_sessions"] == []


def test_update_mode_repairs_the_same_item_and_tells_what_was_missed(bank, begin, ear):
    # given Chase, downloaded once and since then out of reach, with a purchase we have not heard of
    item = bank.link(bank="ins_56", days=60, webhook=ear.url)
    cursor = item.sync()["cursor"]
    item.control("/trouble")
    assert ear.next()["error"]["error_code"] == "ITEM_LOGIN_REQUIRED"
    assert item.state()["as_of"] == "2026-11-20T21:40:00Z"
    # when the person signs in again
    made = bank.call("/link/token/create", access_token=item.access_token, hosted_link={}, **ASKED)
    browser = Browser(made["hosted_link_url"])
    assert "Sign in to Chase" in browser.open()
    assert "Connected" in browser.open("/accounts", {"institution": "ins_56", "username": "user_okafor"})
    # then the token still works and the gap fills
    assert {ear.next()["webhook_code"] for _ in range(3)} >= {"LOGIN_REPAIRED", "SYNC_UPDATES_AVAILABLE"}
    missed = item.sync(cursor)["added"]
    assert sorted(row["name"] for row in missed) == ["Amazon", "Starbucks"]
    (session,) = bank.call("/link/token/get", link_token=made["link_token"])["link_sessions"]
    assert session["results"]["item_add_results"] == []


def test_update_mode_with_account_selection_adds_and_drops_accounts(bank, refused):
    # given an item with both accounts
    item = bank.link(days=60)
    before = item.sync()
    old = {account["name"]: account["account_id"] for account in before["accounts"]}

    def choose(*keys):
        update = {"account_selection_enabled": True}
        made = bank.call("/link/token/create", access_token=item.access_token, hosted_link={}, update=update, **ASKED)
        browser = Browser(made["hosted_link_url"])
        shown = browser.open("/accounts", {"institution": "ins_25", "username": "user_okafor"})
        browser.open("/finish", [("institution", "ins_25"), ("username", "user_okafor"), *(("account", key) for key in keys)])
        assert "Connected" in browser.page
        return shown.count(" checked")

    # when one is dropped, it is gone
    assert choose("checking") == 2
    assert [account["name"] for account in item.call("/accounts/get")["accounts"]] == ["Joint checking"]
    assert refused(item.call, "/accounts/get", options={"account_ids": [old["Savings"]]}) == "INVALID_ACCOUNT_ID"
    # when it is granted again, it comes back under a new id with its past
    assert choose("checking", "savings") == 1
    after = item.sync(before["cursor"])
    fresh = {account["name"]: account["account_id"] for account in after["accounts"]}
    assert fresh["Joint checking"] == old["Joint checking"]
    assert fresh["Savings"] != old["Savings"]
    savings = [row for row in before["added"] if row["account_id"] == old["Savings"]]
    assert sorted(row["amount"] for row in after["added"]) == sorted(row["amount"] for row in savings)


def test_an_unknown_link_is_not_found(begin):
    _, browser = begin()
    browser.url = browser.url[:-4] + "0000"
    browser.open()
    assert browser.status == 404
