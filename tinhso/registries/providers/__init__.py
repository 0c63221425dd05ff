"""What registers ask of libraries."""
