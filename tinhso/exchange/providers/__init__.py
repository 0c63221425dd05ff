"""What the exchange needs from outside: keys, time-stamps, what services answer."""
