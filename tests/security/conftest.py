"""What the tests of the security floor share."""

from houses import clock, database, house, key_path, keyring, kms, other, owner

__all__ = ["clock", "database", "house", "key_path", "keyring", "kms", "other", "owner"]
