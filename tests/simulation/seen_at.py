"""The seed whose life stumbles over each planted bug, and the invariants that see it there. It goes first, so that a proof costs one life;
when lives change, that is told. `python -m simulation.seen_at` (`make docs`) writes the table of docs/simulation.md.
"""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "simulation.md"
BEGINS, ENDS = "<!-- written by tests/simulation/seen_at.py -->\n", "<!-- until here -->\n"
SEEN_AT = {
    "a pending link is not looked at": (14, "I2, I3"),
    "a pending link is believed whatever it names": (11, "I2, I3"),
    "an id that is issued anew makes a new row": (14, "I15"),
    "a pending row that settles without a link is another one": (8, "I2, I3"),
    "a tip without a link makes a new row": (77, "I2, I3"),
    "what was written down is claimed by nobody": (8, "I15"),
    "what a file states twice is there twice": (3, "I15"),
    "what a file states of a row that went is another row": (28, "I15"),
    "a file's word stays when the bank's row is back": (28, "I1, I11, I12, I13"),
    "what the bank takes back stays": (7, "I2, I3"),
    "an id that nobody knows is an error": (1, "a step that fails"),
    "an id that goes voids nothing": (2, "I1, I11, I12, I13"),
    "two rows may take the same one": (3, "I1, I11, I12, I13"),
    "what is known is never looked at again": (7, "I2, I3"),
    "pending is posted when it changes": (8, "I2, I3"),
    "a row is dated when it was booked": (2, "I2, I3"),
    "equal rows of a bank are one": (1, "I5"),
    "equal rows of a file are one": (38, "I15"),
    "what a whole window lacks stays": (57, "I2, I3"),
    "the cursor moves before the rows do": (4, "I5"),
    "rows and their lines are written in two transactions": (4, "I1, I11, I12, I13"),
    "an account under a new id is a new account": (4, "I5"),
    "rows of an account under a new id are new": (4, "I4"),
    "a sync does not count": (1, "I1, I11, I12, I13"),
    "an edit does not count": (1, "I1, I11, I12, I13"),
    "sums keep what vanished": (1, "I1, I11, I12, I13"),
    "a bank's change forgets the owner's category": (3, "I1, I11, I12, I13"),
    "a bank's change forgets the owner's note": (4, "I4"),
    "a bank's change shows what the owner hid": (39, "I2, I3"),
    "a bank's change brings back what the owner deleted": (12, "I2, I3"),
    "parts do not follow an amount": (74, "I1, I11, I12, I13"),
    "undo gives no category back": (2, "I3"),
    "undo gives no note back": (5, "I3"),
    "a leg is its own other half": (1, "I1, I11, I12, I13"),
    "a settled row's old id is gone for good": (1, "I1, I11, I12, I13"),
    "a file's row waits for nobody": (3, "I2, I3"),
    "a worker that lost its lease writes all the same": (1, "I18"),
    "a look that fails forgets the cursor": (1, "I5"),
    "a link that works again is still called delayed": (1, "I10"),
    "a sync tells no open page": (1, "I22"),
    "budgets are not measured after a change": (2, "I13"),
    "an alert stays that is no longer true": (17, "I1, I11, I12, I13"),
    "a balance is kept from the first look alone": (1, "I9"),
    "every amount is in the household's unit": (1, "I2, I3"),
    "what a line states is hashed with when it came": (1, "I14"),
    "half a window proves that the other half went": (8, "I2, I3"),
    "accounts of an ended link are strangers": (4, "I5"),
    "a settled row forgets the day on which it was seen": (2, "I2, I3"),
    "an undo takes back what a later word stands on": (17, "I3"),
    "the undo of a sync leaves what it brought": (1, "I3"),
    "the bank's word moves the owner's day": (7, "I2, I3"),
    "halves of a transfer in two units never meet": (2, "I12"),
    "halves of a transfer a day apart never meet": (2, "I12"),
    "a word and the sums it moves are two transactions": (4, "I22"),
    "the batch of some pages is not written down": (1, "I1, I11, I12, I13"),
    "a replay forgets what its owner undid": (2, "I26"),
    "a replay forgets what belongs together": (6, "I26"),
    "what its owner took apart is joined again": (9, "I3"),
    "an answer is not written down": (3, "I3"),
    "money of a camt statement always comes in": (54, "I15"),
    "yen get cents in the household's unit": (15, "I17"),
    "a rule overwrites what the owner said": (23, "I27"),
    "a rule sorts one half of a transfer": (48, "I27"),
    "an undone run leaves what its rules counted": (101, "I27"),
}


def table() -> str:
    """Bugs by the invariant that sees each at its seed."""
    rows = [f"| {bug} | {seed} | {seen} |" for bug, (seed, seen) in SEEN_AT.items()]
    return "\n".join(["| bug | seed | seen by |", "|---|---|---|", *rows, ""])


def with_table(page: str) -> str:
    """The page with the table of today."""
    before, _, rest = page.partition(BEGINS)
    return f"{before}{BEGINS}{table()}{ENDS}{rest.partition(ENDS)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
