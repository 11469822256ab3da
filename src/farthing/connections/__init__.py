"""Bank links of every provider: their rows, the finders that lead to them, and what is due when.

Tables: connection, link_session, provider_item, due, institution. Providers live behind `providers/port.py`, file formats in `files/`.
`store`: open_for_sync, synced, failed, create, exchanged, mended, disconnect, find, every. `due`: enqueue, claim, finish, postpone.
`sessions`: link pages and items. `status`: reasons in words. `breaker`: who is failing for everybody.
"""
