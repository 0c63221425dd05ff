"""What scenarios come to: targets, costs, mixes, and why outputs vary."""
