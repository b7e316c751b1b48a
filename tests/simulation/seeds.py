"""The seeds that every run of the tests plays."""

# Each broke a law once, by the stories as they were then; a mutant of each fault is kept as well.
SEEDS_THAT_FAILED_ONCE = (180, 92540, 92616)
FIRST = 1
COUNT = 300
