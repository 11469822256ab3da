"""Settings: read once, checked whole, and never silent about a typo."""

from __future__ import annotations

from pathlib import Path

import pytest

from farthing.core.errors import NeedsOperator
from farthing.platform.settings import TABLE, Secret, Settings


def refusal(**environment: str) -> str:
    with pytest.raises(NeedsOperator) as caught:
        Settings.read(environment)
    assert caught.value.code == "bad_settings"
    return caught.value.detail


def test_an_empty_environment_is_a_working_one() -> None:
    settings = Settings.read({})
    assert settings.port == 8000
    assert not settings.database_url
    assert settings.home == Path("~/.farthing").expanduser()


def test_an_empty_variable_is_an_unset_one() -> None:
    assert Settings.read({"FARTHING_PORT": " ", "FARTHING_PLAID_URL": ""}) == Settings.read({})


def test_the_table_and_the_fields_name_the_same_settings_in_the_same_order() -> None:
    assert [setting.name for setting in TABLE] == list(Settings.__struct_fields__)
    assert all(len(setting.help) > 10 for setting in TABLE)


def test_other_programs_variables_are_not_ours() -> None:
    assert Settings.read({"PATH": "/bin", "FARTHINGALE": "1"}) == Settings.read({})


def test_an_unknown_setting_is_refused_with_the_nearest_known_one() -> None:
    assert "FARTHING_DATABSE_URL is not a setting (did you mean FARTHING_DATABASE_URL?)" in refusal(FARTHING_DATABSE_URL="x")


def test_all_mistakes_are_told_at_once() -> None:
    told = refusal(FARTHING_PORT="eighty", FARTHING_XQZ="1", FARTHING_LOG_LEVEL="loud")
    assert "FARTHING_PORT is 'eighty', but a whole number from 0 to 65535 is expected" in told
    assert "FARTHING_XQZ is not a setting;" in told
    assert "FARTHING_LOG_LEVEL is 'loud', but debug or info or warning or error is expected" in told


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("FARTHING_PORT", "65536"),
        ("FARTHING_PORT", "-1"),
        ("FARTHING_PORT", "1e3"),
        ("FARTHING_PORT", "٨٠٨٠"),
        ("FARTHING_WORKERS", "0"),
        ("FARTHING_PUBLIC_URL", "farthing.example"),
        ("FARTHING_PUBLIC_URL", "ftp://farthing.example"),
        ("FARTHING_PLAID_URL", "https://"),
        ("FARTHING_PLAID_URL", "https://x:port"),
        ("FARTHING_KMS", "awskms"),
        ("FARTHING_SIMPLEFIN_HOSTS", "a.example/path"),
        ("FARTHING_DATABASE_URL", "mysql://u@h/d"),
        ("FARTHING_PROXIES", "proxy.internal"),
        ("FARTHING_PROXIES", "10.0.0.0/33"),
        ("FARTHING_HOME", "~nobody-of-that-name/money"),
        ("FARTHING_HOME", "/srv/two\nlines"),
    ],
)
def test_a_bad_value_is_refused_by_name(variable: str, text: str) -> None:
    assert variable in refusal(**{variable: text})


def test_a_bad_secret_is_not_repeated() -> None:
    told = refusal(FARTHING_DATABASE_URL="mysql://user:hunter2@host/db", FARTHING_SMTP_URL="hunter2@host")
    assert "hunter2" not in told
    assert "FARTHING_DATABASE_URL is ***" in told


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = Settings.read({"FARTHING_PLAID_SECRET": "hunter2", "FARTHING_VALKEY_URL": "unix://:hunter2@/run/v.sock"})
    assert "hunter2" not in repr(settings) + str(settings.plaid_secret) + f"{settings.plaid_secret}"
    assert settings.plaid_secret.reveal() == "hunter2"
    assert settings.plaid_secret == Secret("hunter2")


def test_settings_survive_the_way_to_a_child_process() -> None:
    settings = Settings.read(
        {
            "FARTHING_HOME": "/srv/f",
            "FARTHING_PORT": "0",
            "FARTHING_DATABASE_URL": "postgresql://a:p@/d?host=/run",
            "FARTHING_SIMPLEFIN_HOSTS": "a.example, B.example",
            "FARTHING_PROXIES": "127.0.0.1, 10.1.2.3/8,::1",
            "FARTHING_PUBLIC_URL": "https://farthing.example/",
            "FARTHING_KEY_FILE": "/srv/key",
        }
    )
    assert settings.public_url == "https://farthing.example"
    assert settings.proxies == ("127.0.0.1/32", "10.0.0.0/8", "::1/128")
    assert Settings.read(settings.variables()) == settings
