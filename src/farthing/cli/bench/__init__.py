"""`farthing bench`: figures, never verdicts. CPU counts our processes and PostgreSQL's; data is made here, the same for the same seed."""
