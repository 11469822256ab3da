"""What the words of a bank's text say beside the merchant: how it was paid, through whom, where. Tables and pure functions, no state.

`words` holds the lists of `data/descriptors.txt`, `place` finds town and state at the end, `read` tells it all of one text.
"""
