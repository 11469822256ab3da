"""What kind of thing a service sells, by its name: two of one kind may be one too many."""

from __future__ import annotations

from typing import Final

import msgspec

KINDS: Final = {
    "music": "spotify|apple music|youtube music|tidal|deezer|amazon music|pandora|qobuz|soundcloud",
    "video": "netflix|disney|hulu|max|hbo max|prime video|paramount|peacock|apple tv|now tv|crunchyroll|mubi|youtube premium",
    "storage": "dropbox|icloud|google one|google storage|box|mega|pcloud|onedrive|backblaze",
    "news": "new york times|nytimes|washington post|wall street journal|wsj|financial times|economist|the guardian|the times|bloomberg",
    "fitness": "planet fitness|peloton|strava|equinox|la fitness|24 hour fitness|anytime fitness|gold's gym|classpass|puregym",
    "mobile": "verizon|t-mobile|at&t|mint mobile|google fi|vodafone|o2|ee|giffgaff|visible|cricket",
    "learning": "duolingo|coursera|babbel|skillshare|masterclass|brilliant|udemy",
    "books": "audible|kindle unlimited|scribd|everand|kobo plus|bookbeat|storytel",
    "meals": "hellofresh|blue apron|factor|home chef|everyplate|gousto|green chef",
    "passwords": "1password|lastpass|dashlane|bitwarden|keeper",
    "vpn": "nordvpn|expressvpn|surfshark|proton vpn|mullvad",
}


class Service(msgspec.Struct, frozen=True):
    """A name that is known, and its kind."""

    name: str
    kind: str


_NAMES = {kind: tuple(f" {name} " for name in names.split("|")) for kind, names in KINDS.items()}
_KEPT = "&'-"  # of what is neither letter nor digit


def service_of(name: str) -> Service | None:
    """The kind that a merchant's name says; None where it says none."""
    words = "".join(c if c.isalnum() or c in _KEPT else " " for c in name.casefold())
    text = f" {' '.join(words.split())} "
    return next((Service(name, kind) for kind, known in _NAMES.items() if any(one in text for one in known)), None)
