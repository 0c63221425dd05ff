"""The door for the clock: queued and scheduled work (procrastinate)."""
