"""How a link is, in words. `status_reason` is one of these codes; the sentence is what the owner reads."""

from __future__ import annotations

import msgspec

from farthing.connections.model import Connection, SeenAccount, Status
from farthing.core.errors import Disconnected, FarthingError, NeedsOwner

SENTENCES = {
    # fine and syncing
    "": "",
    "linking": "The bank has been chosen; the link is being made.",
    "first_sync": "The first transactions are on their way; a long history can take some minutes.",
    "history_coming": "Recent transactions are here; the older ones are still on their way.",
    # delayed: nobody needs to do anything
    "bank_down": "The bank does not answer just now. We keep trying.",
    "provider_busy": "The service that reads the bank is busy. We try again soon.",
    "provider_down": "The service that reads the bank has a fault just now. We keep trying.",
    "provider_timeout": "The service that reads the bank did not answer in time. We keep trying.",
    "provider_unreachable": "The service that reads the bank cannot be reached. We keep trying.",
    "provider_garbage": "The bank's answer could not be read. Nothing of it was taken over; we keep trying.",
    "provider_oversized": "The bank's answer was too large to be true. Nothing of it was taken over; we keep trying.",
    "provider_redirect": "The service that reads the bank sent us elsewhere, which we do not follow. We keep trying.",
    "provider_encoding": "The bank's answer could not be read. Nothing of it was taken over; we keep trying.",
    "provider_endless": "The bank's answer did not end. Nothing of it was taken over; we try again later.",
    "provider_changing": "The bank's data kept changing while we read it. We try again soon.",
    "provider_error": "The bank reported an error that we do not know yet. We try again in some hours.",
    "not_ready": "The bank is still preparing the history. Nothing for you to do: it comes by itself once the bank has it.",
    "accounts_changed": "The bank renamed its accounts. We are reading them again.",
    "breaker_open": "This bank has been failing for everybody. We look again soon.",
    "stuck": "This bank's data could not be taken over after many tries. We look again in a day.",
    # delayed: the operator must act
    "provider_keys": "The service that reads banks refuses this server's keys. Whoever runs it must look at them.",
    "provider_missing": "This server has no access to the service that reads this bank. Whoever runs it must look at its settings.",
    "provider_quota": "This server's quota at the service that reads banks is used up. Whoever runs it must look.",
    "provider_refused": "The service that reads the bank did not understand us. Whoever runs this server must look.",
    "not_offered": "The service that reads banks does not offer this bank any more.",
    "egress_denied": "This server may not speak to that address. Whoever runs it must look at its settings.",
    # fine, but for an account whose owner must say which it is
    "which_account": "An account of this bank could be one that you have already. Say which it is; until then nothing of it is taken over.",
    # sign in again: the owner must act
    "sign_in": "The bank wants you to sign in again.",
    "act_at_bank": "The bank has locked the access or wants something changed. Sign in at the bank first, then again here.",
    "consent": "Your consent at the bank is missing or has ended. Give it again to go on.",
    "no_accounts": "The bank shows no account any more under this consent. Choose the accounts again.",
    # disconnected
    "by_owner": "You disconnected this bank. Its history stays.",
    "revoked": "Access was withdrawn at the bank. The history stays; link the bank again to go on.",
    "gone": "The link no longer exists at the bank. The history stays; link the bank again to go on.",
    "link_anew": "The user name at the bank has changed. Link the bank again; the history stays.",
    "disconnected": "The link has ended. The history stays.",
    "link_expired": "The link page had expired before the link was made. Please link the bank again.",
    "link_lost": (
        "The link was broken off while it was being made, and what the bank had answered is lost. Nothing was linked: please link the bank "
        "again. At the bank, the access given now can be ended."
    ),
    "duplicate": "This bank and its accounts are linked already, so nothing was added.",
    "mended": "This bank was linked already and had stopped; the link that is here goes on.",
    "overlap": "Some of these accounts are linked already, so nothing was added. To add others, choose accounts on the link that is here.",
}


def status_of(error: FarthingError) -> Status:
    """Which status a failed sync leads to, by who must act."""
    if isinstance(error, NeedsOwner):
        return Status.SIGN_IN_AGAIN
    return Status.DISCONNECTED if isinstance(error, Disconnected) else Status.DELAYED


def sentence(reason: str) -> str:
    """What a reason means, for the owner."""
    return SENTENCES.get(reason, "Something is not as it should be. We keep trying.")


class Overlap(msgspec.Struct, frozen=True):
    """A link that already brings some of what another one would: `reason` says whether all of it."""

    held: Connection
    reason: str  # duplicate | overlap


def overlap_of(institution_ref: str, accounts: tuple[SeenAccount, ...], existing: list[Connection]) -> Overlap | None:
    """The link that already brings these accounts, or one of them: twice linked is twice counted. Disconnected links do not count.

    Bank, account name, mask and kind, as the provider advises. A bank without an id is never taken for another, an account without a mask
    (`Checking`) only when all the others agree.
    """
    live = [h for h in existing if h.institution.ref == institution_ref and h.status is not Status.DISCONNECTED]
    if not institution_ref or not accounts:
        return None
    for held in live:
        if all(any(a.is_like(b) for b in held.accounts) for a in accounts):
            return Overlap(held, "duplicate")
    for held in live:
        if any(a.mask and a.is_like(b) for a in accounts for b in held.accounts):
            return Overlap(held, "overlap")
    return None
