"""The banks people can link here."""

from typing import Any

import msgspec


class Institution(msgspec.Struct, frozen=True):
    institution_id: str
    name: str
    url: str
    color: str
    countries: tuple[str, ...] = ("US",)
    oauth: bool = False
    routing: tuple[str, ...] = ()


_ALL = (
    Institution("ins_109508", "First Platypus Bank", "https://plaid.com", "#1f1f1f"),
    Institution("ins_25", "Ally", "https://www.ally.com", "#650360", routing=("124003116",)),
    Institution("ins_128026", "Capital One", "https://www.capitalone.com", "#004879", oauth=True, routing=("051405515",)),
    Institution("ins_56", "Chase", "https://www.chase.com", "#1f6fb5", oauth=True, routing=("021000021",)),
    Institution("ins_12", "Fidelity", "https://www.fidelity.com", "#368727"),
    Institution("ins_127989", "Bank of America", "https://www.bankofamerica.com", "#e31837", oauth=True, routing=("026009593",)),
    Institution("ins_127991", "Wells Fargo", "https://www.wellsfargo.com", "#d71e28", oauth=True, routing=("121000248",)),
    Institution("ins_13", "PNC", "https://www.pnc.com", "#f58025", oauth=True, routing=("043000096",)),
    Institution("ins_10", "American Express", "https://www.americanexpress.com", "#006fcf"),
    Institution("ins_33", "Discover", "https://www.discover.com", "#ff6000"),
    Institution("ins_15", "Navy Federal Credit Union", "https://www.navyfederal.org", "#002855"),
    Institution("ins_127990", "US Bank", "https://www.usbank.com", "#0c2074", oauth=True, routing=("091000022",)),
    Institution("ins_11", "Charles Schwab", "https://www.schwab.com", "#00a0df", oauth=True),
    Institution("ins_130358", "Mercury", "https://mercury.com", "#5266eb"),
    Institution("ins_134470", "Wise", "https://wise.com", "#9fe870", countries=("US", "GB", "DE")),
    Institution("ins_118923", "N26", "https://n26.com", "#36a18b", countries=("DE", "FR", "ES", "IT")),
)
_BY_ID = {bank.institution_id: bank for bank in _ALL}


def find(institution_id: str) -> Institution | None:
    return _BY_ID.get(institution_id)


def name_of(institution_id: str) -> str:
    return _BY_ID[institution_id].name


def search(query: str, *, countries: tuple[str, ...]) -> list[Institution]:
    """Banks whose name has `query` in it, those that begin with it first."""
    wanted = query.strip().lower()
    found = [bank for bank in listing(countries) if wanted in bank.name.lower()]
    return sorted(found, key=lambda bank: (not bank.name.lower().startswith(wanted), bank.name))


def listing(countries: tuple[str, ...]) -> list[Institution]:
    return [bank for bank in _ALL if not countries or set(countries) & set(bank.countries)]


def body(bank: Institution, *, optional: bool = False, health: str | None = None, since: str = "") -> dict[str, Any]:
    """`health`: HEALTHY, DEGRADED or DOWN, when the client asked for the status."""
    out: dict[str, Any] = {
        "institution_id": bank.institution_id,
        "name": bank.name,
        "products": ["balance", "transactions"],
        "country_codes": list(bank.countries),
        "routing_numbers": list(bank.routing),
        "oauth": bank.oauth,
        "connection_availability": "SUPPORTED",
    }
    if optional:
        out |= {"url": bank.url, "primary_color": bank.color, "logo": None}
    if health:
        up = 0.0 if health == "DOWN" else 0.998
        part = {
            "status": health,
            "last_status_change": since,
            "breakdown": {"success": up, "error_plaid": 0.001, "error_institution": round(0.999 - up, 3), "refresh_interval": "NORMAL"},
        }
        out["status"] = {"item_logins": part, "transactions_updates": part}
    return out
