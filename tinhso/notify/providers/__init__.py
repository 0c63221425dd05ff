"""Ways a message leaves the house."""
