"""Systems outside that procedures speak with."""
