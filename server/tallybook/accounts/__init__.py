"""People of the agency: who they are, their role, their tokens."""
