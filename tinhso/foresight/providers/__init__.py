"""What foresight asks of others: compiled machine code, files, measures."""
