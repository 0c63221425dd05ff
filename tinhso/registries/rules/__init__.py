"""Pure rules of registers: what a schema asks, what a cell says, what holds when."""
