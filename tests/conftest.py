"""What every test folder shares."""

pytest_plugins = ["engines", "world"]
