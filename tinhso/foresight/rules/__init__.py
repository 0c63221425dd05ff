"""What follows from numbers alone: no database, no clock."""
