"""What is asked, what is hidden, and how it could be found out; pure."""
