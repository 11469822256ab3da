"""Why something did not leave the house. The code is kept with its channel or delivery; the sentence is what its owner reads."""

from __future__ import annotations

from farthing.platform.http import INDOORS

DENIED = f"{INDOORS[:1].upper()}{INDOORS[1:]}."

SENTENCES = {
    # a channel
    "bad_channel_url": "The address means nothing to us any more.",
    "channel_denied": DENIED,
    "channel_refused": "The service did not take the message.",
    "channel_slow": "The service did not answer in time.",
    # a browser
    "push_refused": "The browser's push service did not take the message.",
    # mail
    "no_mail_server": "The operator has set no mail server.",
    "mail_settings": "The mail server's settings cannot be used; the operator must look at them.",
    "mail_refused": "The mail server did not take the letter.",
    "mail_slow": "The mail server did not answer in time.",
    # a program
    "bad_url": "The address cannot be used.",
    "egress_denied": DENIED,
    "provider_timeout": "It did not answer in time.",
    "provider_unreachable": "It cannot be reached.",
    "provider_redirect": "It sent us elsewhere, which we do not follow.",
    "provider_oversized": "Its answer was too long.",
    "provider_garbage": "Its answer could not be read.",
    "provider_encoding": "Its answer could not be read.",
}
STATUS = "status_"  # an answer's status, with its number


def sentence(code: str) -> str:
    """What a code means, for the owner."""
    if code.startswith(STATUS):
        return f"It answered with status {code.removeprefix(STATUS)}."
    return SENTENCES.get(code, "Something is not as it should be.")
