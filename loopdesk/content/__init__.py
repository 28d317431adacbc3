"""Bytes from outside in, safe text out."""
