"""Quality, speed and memory, each script by itself or all by `make quality`."""
