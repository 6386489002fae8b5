"""The eight stages, one module each: plain functions from typed tables to typed tables."""
