"""What people and other tools read: one module an output."""
