"""A browser on a slow line, as in the mountains, and how long a page takes there."""

from dataclasses import dataclass

BITS_A_SECOND, LATENCY_MS = 400_000, 400
# A page within its budget of 100 KiB needs two seconds for its bytes and some turns of
# the line; a machine that has other work to do gets as much again.
READABLE_SECONDS, COMPLETE_SECONDS = 6.0, 10.0
NEVER = 1e9
TIMES = """() => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const page = performance.getEntriesByType('navigation')[0];
    return [paint ? paint.startTime : 1e9, page.loadEventEnd];
}"""


@dataclass(frozen=True)
class Arrival:
    """When a page could be read and when it was complete, in seconds."""

    readable: float
    complete: float

    @property
    def is_in_time(self):
        """Tell whether somebody would have waited for it."""
        return self.readable <= READABLE_SECONDS and self.complete <= COMPLETE_SECONDS


def arrival(page, address):
    """Open an address for the first time over 400 kbit/s with 400 ms a turn."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BITS_A_SECOND / 8,
            "uploadThroughput": BITS_A_SECOND / 8,
        },
    )
    page.goto(address, wait_until="load")
    # What is painted is noted a frame later; to wait for it takes no script of a page.
    for _ in range(20):
        found = page.evaluate(TIMES)
        if found[0] < NEVER:
            break
        page.wait_for_timeout(50)
    readable, complete = (one / 1000 for one in found)
    return Arrival(readable, complete)
