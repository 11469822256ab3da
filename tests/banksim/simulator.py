"""A simulator as a process, a client that checks every answer against the API description, and an ear for webhooks."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

ROWS_CHECKED_MAX = 12
SPEC_FILE = Path(__file__).parents[1] / "data" / "plaid-openapi.yml"
TODAY = "2026-11-22T09:17"
ALLY, CAPITAL_ONE, CHASE, FIDELITY, PLATYPUS = "ins_25", "ins_128026", "ins_56", "ins_12", "ins_109508"


class Spec:
    """Validators of the API description, one a schema, made when first asked for."""

    def __init__(self) -> None:
        self.document = yaml.load(SPEC_FILE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.paths: dict[str, str] = {
            path: body["post"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            for path, body in self.document["paths"].items()
        }
        self._validators: dict[str, OAS30Validator] = {}

    def check(self, schema: str, body: Any) -> None:
        if schema not in self._validators:
            root = {"$ref": f"#/components/schemas/{schema}", "components": self.document["components"]}
            self._validators[schema] = OAS30Validator(root, format_checker=oas30_format_checker)
        faults = [f"{'/'.join(map(str, fault.path))}: {fault.message[:200]}" for fault in self._validators[schema].iter_errors(body)]
        assert not faults, (schema, faults[:5])


def _sample(value: Any) -> Any:
    """Some rows of a long page: one test checks whole ones, the others need not."""
    return value[:: len(value) // ROWS_CHECKED_MAX + 1] if isinstance(value, list) else value


class Refused(Exception):
    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body["error_code"])
        self.status, self.body, self.code = status, body, body["error_code"]


class Linked:
    """An item and its token, as the client knows it."""

    def __init__(self, api: Api, access_token: str, item_id: str) -> None:
        self.api, self.access_token, self.item_id = api, access_token, item_id

    def call(self, path: str, **body: Any) -> dict[str, Any]:
        return self.api.call(path, access_token=self.access_token, **body)

    def sync(self, cursor: str = "", **body: Any) -> dict[str, Any]:
        """All pages from this cursor, joined."""
        joined: dict[str, Any] = {"added": [], "modified": [], "removed": [], "pages": 0}
        while True:
            page = self.call("/transactions/sync", cursor=cursor, **{"count": 500, **body})
            for kind in ("added", "modified", "removed"):
                joined[kind] += page[kind]
            cursor, joined["pages"] = page["next_cursor"], joined["pages"] + 1
            if not page["has_more"]:
                return joined | {"cursor": cursor, "accounts": page["accounts"], "status": page["transactions_update_status"]}

    def control(self, path: str, **body: Any) -> Any:
        return self.api.control(f"/items/{self.item_id}{path}", **body)

    def inject(self, **row: Any) -> dict[str, Any]:
        return self.control("/transactions", transactions=[row])[0]

    def state(self) -> dict[str, Any]:
        return self.api.look(f"/items/{self.item_id}")


class Api:
    """Speaks to one simulator. Every answer of an endpoint is held against the API description."""

    def __init__(self, base: str, spec: Spec, *, client_id: str = "client", secret: str = "secret") -> None:
        self.base, self.spec, self.credentials = base, spec, {"client_id": client_id, "secret": secret}

    def send(self, path: str, raw: bytes, headers: dict[str, str] | None = None, method: str = "POST") -> tuple[int, bytes]:
        request = urllib.request.Request(
            self.base + path, data=raw, headers={"Content-Type": "application/json", **(headers or {})}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def call(self, path: str, **body: Any) -> dict[str, Any]:
        return self.call_raw(path, json.dumps(self.credentials | body).encode())

    def call_raw(self, path: str, raw: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
        status, given = self.send(path, raw, headers)
        answer: dict[str, Any] = json.loads(given)
        if status == 200:
            self.spec.check(self.spec.paths[path], {key: _sample(value) for key, value in answer.items()})
            return answer
        if answer["error_type"] not in {"TRANSACTIONS_ERROR", "SANDBOX_ERROR"}:
            self.spec.check("PlaidError", answer)
        raise Refused(status, answer)

    def control(self, path: str, /, *, method: str = "POST", **body: Any) -> Any:
        status, given = self.send(f"/control{path}", json.dumps(body).encode(), method=method)
        assert status < 300, (path, status, given)
        return json.loads(given) if given else None

    def look(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.base}/control{path}", timeout=20) as answer:
            return json.loads(answer.read())

    def fault(self, kind: str, **more: Any) -> str:
        return str(self.control("/faults", kind=kind, **more)["fault_id"])

    def link(self, bank: str = ALLY, user: str = "user_okafor", *, days: int = 730, webhook: str | None = None) -> Linked:
        options: dict[str, Any] = {"override_username": user, "transactions": {"days_requested": days}}
        if webhook:
            options["webhook"] = webhook
        made = self.call("/sandbox/public_token/create", institution_id=bank, initial_products=["transactions"], options=options)
        given = self.call("/item/public_token/exchange", public_token=made["public_token"])
        return Linked(self, given["access_token"], given["item_id"])


class Ear:
    """A webhook receiver. `heard` yields them in order of arrival; `answers` are the statuses to give, 200 when empty."""

    def __init__(self) -> None:
        self.arrived: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.answers: list[int] = []
        ear = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.arrived.put((dict(self.headers), body))
                self.send_response(ear.answers.pop(0) if ear.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    def next(self) -> dict[str, Any]:
        return json.loads(self.arrived.get(timeout=10)[1])

    def next_raw(self) -> tuple[dict[str, str], bytes]:
        return self.arrived.get(timeout=10)

    def wait_for(self, code: str) -> dict[str, Any]:
        while True:
            body = self.next()
            if body["webhook_code"] == code:
                return body

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Process:
    """A simulator of its own, to be stopped, killed and started again on the same home."""

    def __init__(self, home: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._command = [sys.executable, "-m", "banksim", "--port", str(self.port), "--home", str(home), *options]
        self.base = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self._child = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._child.stdout is not None
        self.first_line = self._child.stdout.readline()
        assert "ready" in self.first_line, self.first_line + self._child.stdout.read()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self._child.send_signal(number)
        code = self._child.wait(timeout=10)
        assert self._child.stdout is not None
        self._child.stdout.close()
        return code

    def end(self) -> None:
        if self._child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.stop(signal.SIGKILL)


AT_ONCE = ("--initial-delay-s", "0", "--history-delay-s", "0", "--trouble-delay-s", "-1", "--retry-s", "0.05", "--today", TODAY)
BY_HAND = ("--initial-delay-s", "-1", "--trouble-delay-s", "-1", "--today", TODAY)
