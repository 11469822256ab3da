"""Keeps what is a household's the household's: sealing and its keys, the audit trail, passwords, sessions, limits on guessing.

Tables: branch_key (shared), household_key, audit_event, audit_checkpoint (shared), idempotency; it also reads and writes the finders
session and api_token. Verbs: `Keyring.sealer`, `Sealer.seal` / `open`, `audit.record`, `passwords.verify`, `sessions.find`, `limits.spend`.
"""
