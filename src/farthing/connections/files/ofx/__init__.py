"""OFX and QFX."""
