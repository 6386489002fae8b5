"""Readers of the file formats that people bring, one module a format."""
