"""Which content of packs goes to which room."""
