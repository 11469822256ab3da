"""Write the simulator's people as a labelled file, for `farthing evaluate FILE --corrections 20`.

    python scripts/write_personas.py FILE.csv [--days 365] [--seed 1]

A row's category is the one its bank was told to give it; the bank's code itself is left out.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from categorize.personas import truths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with args.file.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("date", "descriptor", "amount", "currency", "kind", "category", "source"))
        for t in truths(days=args.days, seed=args.seed):
            out.writerow((t.date, t.text, f"{t.amount / 100:.2f}", t.currency, t.kind, t.group, t.source))


if __name__ == "__main__":
    main()
