"""The household's rules: what they ask for, what they set, which of them decide a line, and which never can.

Tables: rule. Pure but for `store`.
"""
