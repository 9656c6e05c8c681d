"""Random bits of the daily pass over the citizens, written as the input of a statistical battery.

python -m experiments.studies.random_battery ORDER [--seed N] [--rows N] | dieharder -a -g 200

ORDER tells which address moves fastest in the endless stream of 64-bit draws:
rows     all rows of a day, then the next day: the draws of one pass
days     all 365 days of a row, then the next row: the draws of one citizen
worlds   one row and day over replications, then the next row: the draws that paired replications compare
streams  the streams of one unit in turn, then the next unit: traits, network, clashes, choices, ...
words    the 32-bit words of all rows, two to a draw, in a stream of long links or of innate deviations, then those in the next
"""

import argparse
import sys

import numpy as np
from numba import njit

from sim.core.streams import Stream, bits, world_key
from sim.kernels.citizens import day_draw
from sim.kernels.neighbours import row_words

_WORLD, _PROTEST, _NETWORK = Stream.WORLD, Stream.PROTEST, Stream.NETWORK
_STREAMS = (
    Stream.INDICATORS,
    Stream.TRAITS,
    Stream.NETWORK,
    Stream.CLASHES,
    Stream.LOYALTY,
    Stream.CHOICE,
    Stream.LAGS,
)
DAYS = 365
WORLDS = 1000
CHUNK = 1 << 17  # draws written at a time


@njit
def draws(order, key, start, n_rows, seeds):
    """CHUNK successive draws from number `start` of the stream, uint64."""
    out = np.empty(CHUNK, dtype=np.uint64)
    for k in range(CHUNK):
        i = start + k
        if order == 0:
            out[k] = day_draw(bits(key, _PROTEST, i // n_rows, 0, 0), i % n_rows)
        elif order == 1:
            out[k] = day_draw(bits(key, _PROTEST, i % DAYS, 0, 0), i // DAYS)
        elif order == 2:
            world = bits(seeds, _WORLD, i % WORLDS, 0, 0)
            out[k] = day_draw(bits(world, _PROTEST, 3, 0, 0), i // WORLDS)
        elif order == 3:
            out[k] = bits(key, _STREAMS[i % 7], i // 7, 0, 0)
        else:
            row_words(bits(key, _NETWORK, 2 * i // n_rows, 0, 0), 2 * i % n_rows, out[k : k + 1].view(np.uint32))
    return out


def main() -> None:
    """Write until the reader has enough."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    orders = ("rows", "days", "worlds", "streams", "words")
    parser.add_argument("order", choices=orders)
    parser.add_argument("--seed", type=int, default=20220102)
    parser.add_argument("--rows", type=int, default=20_000_000)
    arguments = parser.parse_args()
    key, start = world_key(arguments.seed, 0), 0
    try:
        while True:
            chunk = draws(orders.index(arguments.order), key, start, arguments.rows, arguments.seed)
            sys.stdout.buffer.write(chunk.astype("<u8").tobytes())
            start += CHUNK
    except BrokenPipeError:
        sys.stderr.close()  # the battery has read enough


if __name__ == "__main__":
    main()
