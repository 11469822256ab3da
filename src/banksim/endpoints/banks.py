"""/institutions/*."""

from typing import Any

from banksim import institutions, requests
from banksim.caller import Caller
from banksim.errors import PlaidError


def _wants(options: dict[str, Any] | None, name: str) -> bool:
    return bool((options or {}).get(name))


def get(caller: Caller, asked: requests.InstitutionsGet) -> dict[str, Any]:
    del caller
    found = institutions.listing(asked.country_codes)
    window = found[asked.offset : asked.offset + asked.count]
    optional = _wants(asked.options, "include_optional_metadata")
    return {"institutions": [institutions.body(bank, optional=optional) for bank in window], "total": len(found)}


def get_by_id(caller: Caller, asked: requests.InstitutionsGetById) -> dict[str, Any]:
    bank = institutions.find(asked.institution_id)
    if bank is None:
        raise PlaidError("INVALID_INSTITUTION")
    health = None
    if _wants(asked.options, "include_status"):
        down = any(fault.kind == "institution_down" and fault.item_id is None for fault in caller.bank.faults)
        health = "DOWN" if down else "HEALTHY"
    optional = _wants(asked.options, "include_optional_metadata")
    return {"institution": institutions.body(bank, optional=optional, health=health, since=caller.bank.clock.stamp())}


def search(caller: Caller, asked: requests.InstitutionsSearch) -> dict[str, Any]:
    del caller
    optional = _wants(asked.options, "include_optional_metadata")
    found = institutions.search(asked.query, countries=asked.country_codes)
    return {"institutions": [institutions.body(bank, optional=optional) for bank in found[:10]]}
