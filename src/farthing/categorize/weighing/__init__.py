"""Weighing: what each source says of a line, added up into one distribution over groups, and how sure that is. Pure."""
