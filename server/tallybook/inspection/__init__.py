"""What inspectors write in the field: notes and item transactions."""
