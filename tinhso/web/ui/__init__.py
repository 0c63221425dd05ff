"""What the pages share: phrases in the reader's language, errors for the summary."""
