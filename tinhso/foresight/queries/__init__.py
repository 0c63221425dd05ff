"""What the doors may ask foresight."""

__all__: list[str] = []
