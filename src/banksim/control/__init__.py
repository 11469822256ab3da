"""The control API under /control: what a test or a demonstrator does to the banks. Only peers on this machine may use it."""
