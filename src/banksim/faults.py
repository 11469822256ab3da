"""Faults on request: for one item or all, for so many calls or until cleared."""

from collections.abc import Iterator

import msgspec

KINDS = frozenset(
    {
        "latency",  # seconds before the answer
        "rate_limited",  # 429 with `code`
        "server_error",  # `status` 5xx
        "garbage",  # 200 with a body that is no JSON
        "cut_off",  # 200 with half a body
        "institution_down",  # INSTITUTION_DOWN, or `code`
        "item_error",  # any item error `code`, without changing the item
        "mutation",  # on page `page` of a sync loop
        "stale_cursor",  # cursor not associated with access_token
        "unlinked_pending",  # the posted row does not name the pending row it replaces
        "late_removed",  # the removal of a settled pending row comes one change later
        "webhook_duplicate",  # `times` deliveries
        "webhook_late",  # `seconds` later
        "webhook_lost",  # none
        "webhook_shuffle",  # held back, sent after the next one
        "webhook_bad_signature",  # signed with a key nobody knows
        "null_category",  # transactions without a category
    }
)


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """`remaining` None = until cleared."""

    fault_id: str
    kind: str
    item_id: str | None = None
    path: str | None = None
    remaining: int | None = None
    seconds: float = 0.0
    page: int = 2
    status: int = 500
    times: int = 2
    code: str | None = None


class Faults:
    """The faults now set. `take` uses one up; `changed` tells the keeper what to write."""

    def __init__(self, held: list[Fault]) -> None:
        self._held = {fault.fault_id: fault for fault in held}

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._held.values()))

    def __bool__(self) -> bool:
        return bool(self._held)

    def set(self, fault: Fault) -> None:
        self._held[fault.fault_id] = fault

    def clear(self, fault_id: str) -> bool:
        return self._held.pop(fault_id, None) is not None

    def find(self, kind: str, *, item_id: str | None, path: str | None = None, page: int | None = None) -> Fault | None:
        for fault in self._held.values():
            if (
                fault.kind == kind
                and fault.item_id in (None, item_id)
                and (fault.path is None or path is None or fault.path == path)
                and (page is None or fault.page == page)
            ):
                return fault
        return None

    def use(self, fault: Fault) -> Fault | None:
        """One use less; None when that was the last."""
        if fault.remaining is None:
            return fault
        if fault.remaining <= 1:
            del self._held[fault.fault_id]
            return None
        left = msgspec.structs.replace(fault, remaining=fault.remaining - 1)
        self._held[fault.fault_id] = left
        return left
