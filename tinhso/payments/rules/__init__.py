"""The rules of payments: values in, values out."""
