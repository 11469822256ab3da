"""Categorising: reading a descriptor, deciding a category, saying why, remembering what the owner said.

Tables: category, memory. Pure but for `memory` and `own`. Verbs: clean, recognise, decide, explain, remember, recall, forget, tree.
"""
