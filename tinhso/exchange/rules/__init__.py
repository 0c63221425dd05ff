"""What the exchange goes by: values in, values out."""
