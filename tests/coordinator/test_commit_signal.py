from __future__ import annotations

import asyncio
import threading

from skynet.coordinator.feeds.commit_signal import CommitSignal


def test_a_commit_between_looking_and_waiting_is_not_slept_through() -> None:
    signal = CommitSignal()
    looked = signal.generation
    signal.fire()
    assert asyncio.run(asyncio.wait_for(signal.wait_beyond(looked, 60), 5))


def test_a_commit_of_another_thread_wakes_every_waiter() -> None:
    signal = CommitSignal()

    async def scene() -> list[bool]:
        waits = [asyncio.create_task(signal.wait_beyond(0, 60)) for _ in range(5)]
        await asyncio.sleep(0)
        thread = threading.Thread(target=signal.fire)
        thread.start()
        woken = await asyncio.wait_for(asyncio.gather(*waits), 5)
        thread.join()
        return woken

    assert asyncio.run(scene()) == [True] * 5


def test_without_a_commit_the_wait_ends_with_its_time() -> None:
    assert asyncio.run(CommitSignal().wait_beyond(0, 0.01)) is False


def test_closing_sends_all_home_now_and_later() -> None:
    signal = CommitSignal()

    async def scene() -> tuple[bool, bool]:
        wait = asyncio.create_task(signal.wait_beyond(0, 60))
        await asyncio.sleep(0)
        signal.close()
        return await asyncio.wait_for(wait, 5), await asyncio.wait_for(signal.wait_beyond(0, 60), 5)

    assert asyncio.run(scene()) == (False, False)
    assert signal.closed


def test_a_waiter_whose_loop_has_ended_is_no_hindrance() -> None:
    signal = CommitSignal()

    async def give_up() -> None:
        wait = asyncio.create_task(signal.wait_beyond(0, 60))
        await asyncio.sleep(0)
        wait.cancel()

    asyncio.run(give_up())
    signal.fire()
    assert signal.generation == 1
