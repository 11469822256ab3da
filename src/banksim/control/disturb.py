"""Faults, rate limits and webhooks."""

from typing import Any

import msgspec
from litestar import delete, get, post
from litestar.exceptions import NotFoundException

from banksim.bank import Bank
from banksim.control import views
from banksim.endpoints import sandbox
from banksim.errors import PlaidError, known
from banksim.faults import KINDS, Fault


class NewFault(msgspec.Struct, forbid_unknown_fields=True):
    """`count` None = until cleared. The other fields mean what `faults.Fault` says for the kind."""

    kind: str
    item_id: str | None = None
    path: str | None = None
    count: int | None = None
    seconds: float = 1.0
    page: int = 2
    status: int = 500
    times: int = 2
    code: str | None = None


class Limits(msgspec.Struct, forbid_unknown_fields=True):
    on: bool | None = None
    scale: float | None = None
    reset: bool = False


class Fire(msgspec.Struct, forbid_unknown_fields=True):
    item_id: str
    code: str = "SYNC_UPDATES_AVAILABLE"
    times: int = 1
    late_s: float = 0.0


def routes(bank: Bank) -> list[Any]:
    return [*_faults(bank), *_webhooks(bank)]


def _faults(bank: Bank) -> list[Any]:
    @get("/faults")
    async def faults() -> list[Fault]:
        return list(bank.faults)

    @post("/faults", status_code=201)
    async def set_fault(data: NewFault) -> Fault:
        if data.kind not in KINDS:
            raise PlaidError("INVALID_FIELD", f"kind is one of {', '.join(sorted(KINDS))}")
        if data.code is not None and not known(data.code):
            raise PlaidError("INVALID_FIELD", f"{data.code} is no error code")
        fault = Fault(
            fault_id=bank.mint.opaque("fault")[:12],
            kind=data.kind,
            item_id=data.item_id,
            path=data.path,
            remaining=data.count,
            seconds=data.seconds,
            page=data.page,
            status=data.status,
            times=data.times,
            code=data.code,
        )
        with bank.store.unit():
            bank.keep_fault(fault)
            bank.keep_self()
        return fault

    @delete("/faults/{fault_id:str}", status_code=204)
    async def clear_fault(fault_id: str) -> None:
        if not bank.faults.clear(fault_id):
            raise NotFoundException(f"no fault {fault_id}")
        bank.store.drop("fault", fault_id)

    @delete("/faults", status_code=204)
    async def clear_faults() -> None:
        with bank.store.unit():
            for fault in bank.faults:
                bank.faults.clear(fault.fault_id)
                bank.store.drop("fault", fault.fault_id)

    @post("/limits", status_code=200)
    async def limits(data: Limits) -> dict[str, Any]:
        bank.limits.on = bank.limits.on if data.on is None else data.on
        bank.limits.scale = bank.limits.scale if data.scale is None else data.scale
        if data.reset:
            bank.limits.reset()
        return {"on": bank.limits.on, "scale": bank.limits.scale}

    return [faults, set_fault, clear_fault, clear_faults, limits]


def _webhooks(bank: Bank) -> list[Any]:
    @get("/webhooks")
    async def sent() -> list[dict[str, Any]]:
        """The last attempts, oldest first."""
        return bank.sender.log

    @post("/webhooks", status_code=200)
    async def fire(data: Fire) -> dict[str, bool]:
        item = views.item_of(bank, data.item_id)
        sandbox.fire(bank, item, data.code, times=data.times, late_s=data.late_s)
        return {"webhook_fired": True}

    @post("/webhooks/rotate-key", status_code=200)
    async def rotate() -> dict[str, str]:
        return {"key_id": bank.sender.rotate().kid}

    return [sent, fire, rotate]
