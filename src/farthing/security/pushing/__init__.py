"""What a browser's push service is given: a body that the browser alone can open (RFC 8291), and a word that it is us (VAPID, RFC 8292)."""

from farthing.security.pushing.push import PushKey, encrypt, is_browser_key

__all__ = ["PushKey", "encrypt", "is_browser_key"]
