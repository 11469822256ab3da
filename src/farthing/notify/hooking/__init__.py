"""Endpoints of programs that want to be told, and every delivery to them until it is done. Tables: webhook_endpoint, webhook_delivery."""

from farthing.notify.hooking.model import LATEST, Delivery, Endpoint, EndpointText, State
from farthing.notify.hooking.sign import sign
from farthing.notify.hooking.store import (
    again,
    arrived,
    deliveries,
    drop_endpoint,
    due_now,
    endpoint,
    endpoints,
    next_due,
    put_off,
    put_up,
    sweep,
    write_endpoint,
)

__all__ = [
    "LATEST",
    "Delivery",
    "Endpoint",
    "EndpointText",
    "State",
    "again",
    "arrived",
    "deliveries",
    "drop_endpoint",
    "due_now",
    "endpoint",
    "endpoints",
    "next_due",
    "put_off",
    "put_up",
    "sign",
    "sweep",
    "write_endpoint",
]
