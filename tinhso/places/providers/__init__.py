"""What places ask of libraries."""
