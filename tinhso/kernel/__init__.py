"""What every room stands on; a closed list of modules, extended only by a decision."""
