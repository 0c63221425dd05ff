"""What the doors may have foresight do."""

__all__: list[str] = []
