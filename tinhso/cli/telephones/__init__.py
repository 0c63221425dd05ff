"""Telephone company, Zalo and push service for trying, in a process of their own."""
