"""Asking the lake."""
