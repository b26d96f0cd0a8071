"""Sizes count only where they have been shown to tell."""

import numpy as np

from skynet.media.gate.packet_sizes import PacketSizes


def feed(sizes: PacketSizes, level: float, count: int, rng: np.random.Generator) -> list[bool]:
    return [sizes.weigh(int(level * rng.uniform(0.8, 1.2))) for _ in range(count)]


def test_before_anything_is_known_they_say_nothing() -> None:
    rng = np.random.default_rng(1)
    sizes = PacketSizes()
    assert not any(feed(sizes, 1000, 200, rng) + feed(sizes, 100_000, 200, rng))
    assert not sizes.tell


def test_where_they_grow_with_every_spell_they_tell_and_quiet_does_not() -> None:
    rng = np.random.default_rng(1)
    sizes = PacketSizes()
    for _ in range(10):
        feed(sizes, 1000, 50, rng)
        sizes.was(busy=False)
    for _ in range(3):
        feed(sizes, 4000, 40, rng)
        sizes.was(busy=True)
    assert sizes.tell
    feed(sizes, 1000, 20, rng)
    assert not any(feed(sizes, 1000, 2000, rng))
    assert any(feed(sizes, 4000, 10, rng))


def test_a_fixed_bit_rate_never_comes_to_tell() -> None:
    rng = np.random.default_rng(1)
    sizes = PacketSizes()
    for _ in range(20):
        feed(sizes, 20_000, 50, rng)
        sizes.was(busy=False)
        feed(sizes, 20_000, 50, rng)
        sizes.was(busy=True)
    assert not sizes.tell
