"""Urban activities event by event: desks, lines of stages, ways out of a ward."""
