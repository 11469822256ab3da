"""So that `python -m banksim` works."""

import sys

from banksim.cli import main

sys.exit(main())
