"""The API, one function an endpoint: a request struct in, the body of the answer out. Paths are bound in `table.py`."""
