"""Money, dates, ids and errors: the words every other floor is written in. Imports nothing of ours."""
