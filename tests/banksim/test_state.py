"""What survives a restart, also one nobody planned."""

import datetime as dt
import signal
import socket
import subprocess
import sys

import msgspec
from simulator import AT_ONCE, Api

from banksim import lives
from banksim.bank import Bank
from banksim.caller import Caller
from banksim.cli import main
from banksim.endpoints import transactions
from banksim.model import HISTORICAL
from banksim.people import roster
from banksim.people.model import login_at
from banksim.requests import SyncOptions, TransactionsSync
from banksim.settings import Settings


def test_everything_survives_kill_9(start, spec, tmp_path, ear):
    # given an item with a cursor, an injected row, a fault, a day gone by and a webhook nobody took
    process = start("--seed", "3", *AT_ONCE, "--retry-s", "600", home=tmp_path)
    bank = Api(process.base, spec)
    item = bank.link(webhook=ear.url, days=60)
    cursor = item.sync()["cursor"]
    bank.control("/clock", days=1)
    bank.fault("rate_limited", path="/item/get", code="ITEM_GET_LIMIT")
    balance = item.call("/accounts/get")["accounts"]
    while not ear.arrived.empty():
        ear.next()
    ear.answers += [503] * 20
    made = item.inject(amount="12.34", name="BEFORE THE KILL", pending=True)
    first = ear.wait_for("SYNC_UPDATES_AVAILABLE")
    # when it is killed and started again
    process.stop(signal.SIGKILL)
    ear.answers.clear()
    process.start()
    # then tokens, cursors, rows, balances, faults and the clock are as they were
    assert made["transaction_id"] in {row["transaction_id"] for row in item.sync(cursor)["added"]}
    assert [a["balances"]["current"] for a in item.call("/accounts/get")["accounts"]] == [a["balances"]["current"] for a in balance]
    assert [fault["kind"] for fault in bank.look("/faults")] == ["rate_limited"]
    assert bank.look("/clock")["today"] == "2026-11-23"
    # and the webhook comes after all, new ids are new, and it stops when told to
    assert ear.wait_for("SYNC_UPDATES_AVAILABLE") == first
    assert item.inject(amount="1.00")["transaction_id"] != made["transaction_id"]
    assert bank.link(days=30).access_token != item.access_token
    assert process.stop() == 0


def test_the_same_seed_gives_the_same_bytes_on_another_machine(tmp_path):
    def all_rows(home, seed):
        bank = Bank(Settings(home=home, seed=seed, today=dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)))
        person = roster.find("user_okafor")
        item = lives.open_item(
            bank, person, login_at(person, "ins_56"), client_id="c", webhook=None, products=("transactions",), days_requested=730
        )
        lives.advance_stage(bank, item, HISTORICAL)
        asked = TransactionsSync(access_token=item.access_token, count=500, options=SyncOptions(include_original_description=True))
        caller = Caller(bank=bank, client_id="c", held=bank.items[item.item_id])
        return item.access_token, msgspec.json.encode(transactions.sync(caller, asked))

    assert all_rows(tmp_path / "a", 11) == all_rows(tmp_path / "b", 11)
    assert all_rows(tmp_path / "c", 12) != all_rows(tmp_path / "d", 11)


def test_a_unit_of_work_is_kept_whole_or_not_at_all(tmp_path):
    bank = Bank(Settings(home=tmp_path))
    try:
        with bank.store.unit():
            bank.store.keep("gone", "a", "a")
            with bank.store.unit():
                bank.store.keep("gone", "b", "b")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        bank.store.close()
    assert Bank(Settings(home=tmp_path)).gone == set()


def test_a_port_in_use_is_said_plainly(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "banksim", "--home", str(tmp_path), "--port", str(port)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert f"port {port} on 127.0.0.1 is in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_simulator_on_the_same_home_is_refused_plainly(tmp_path, capsys):
    first = Bank(Settings(home=tmp_path))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert main(["--home", str(tmp_path), "--port", str(port)]) == 2
    assert f"cannot work in {tmp_path}: database is locked" in capsys.readouterr().err
    first.store.close()
