"""A made-up agency to try Tallybook with: its people, three contracts, and what was written on them."""
