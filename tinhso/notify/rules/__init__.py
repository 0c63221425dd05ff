"""What notify decides, values in and values out."""
