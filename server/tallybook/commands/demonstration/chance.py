"""Chance with a seed: the same demonstration every time, so that one cut short can be completed."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from uuid import UUID


def seeded(*parts: object) -> Random:
    """Return chance that is the same for the same parts."""
    return Random(" ".join(map(str, parts)))  # noqa: S311 - to look believable, not to keep a secret


def made_id(chance: Random, *, at: datetime) -> UUID:
    """Return a UUIDv7 of the instant `at`, as new_id does, out of this chance."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    number = milliseconds << 80 | 0x7 << 76 | chance.getrandbits(12) << 64 | 0x2 << 62 | chance.getrandbits(62)
    return UUID(int=number)


def split_steps(chance: Random, total: int, parts: int) -> list[int]:
    """Return `parts` whole numbers, none below 1, that add up to `total`."""
    spare = total - parts
    weights = [chance.uniform(0.3, 1) for _ in range(parts)]
    scale = spare / sum(weights)
    steps = [1 + int(weight * scale) for weight in weights]
    steps[-1] += total - sum(steps)
    return steps


def share_out(chance: Random, count: int, *, weights: Sequence[float], most: Sequence[int]) -> list[int]:
    """Return how many of `count` each gets, by weight, at least one and at most its `most`."""
    shares = [1] * len(weights)
    open_places = [place for place in range(len(weights)) if most[place] > 1]
    left = count - sum(shares)
    while left > 0 and open_places:
        drawn = chance.choices(open_places, [weights[place] for place in open_places], k=left)
        for place in drawn:
            if shares[place] < most[place]:
                shares[place] += 1
                left -= 1
        open_places = [place for place in open_places if shares[place] < most[place]]
    return shares
