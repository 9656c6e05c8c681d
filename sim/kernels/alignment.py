"""Alignment of factions and segments with every patron: one synchronous Friedkin-Johnsen step over sparse ties.

Sums over neighbours are taken in fixed point, so that neither the order of actors nor of ties can change a bit.
"""

import numpy as np
from numba import njit

from sim.arithmetic import FIXED_POINT


@njit(cache=True)
def influence_step(
    alignment, out, starts, sources, weights, susceptibility, message_share, message, innate, disposition, rate, bound,
    first, part, drawn,
):  # fmt: skip
    """One relaxation step towards peers, messages and the innate position [FriedkinJohnsen1999, Parsegov2017].

    alignment, out  float64 (entities, patrons) in [-1, 1]
    starts          int64 (entities+1,)      CSR rows; sources int64 (ties,), weights float64 (ties,), rows sum to 1
    susceptibility  float64 (entities,)      1 = DeGroot, 0 = fully stubborn
    message_share   float                    weight of messages against peers
    message         float64 (entities, patrons) what patrons say
    innate          float64 (entities, patrons) (1 - s) x innate position
    disposition     float64 (entities, patrons) shift of the innate position by events
    rate            float                    share of the gap closed per day
    bound           float                    confidence bound; ties further apart are ignored (2 = off) [HegselmannKrause2002]
    first, part     int, float               entities from `first` on give this part of their attention to peers elsewhere
    drawn           float64 (rows, patrons)  written: where entities first..first+rows-1 are drawn to without that part
    """
    n, k = alignment.shape
    total = np.empty(k, dtype=np.int64)
    heard = np.empty(k, dtype=np.int64)
    for i in range(n):
        total[:] = 0
        heard[:] = 0
        for t in range(starts[i], starts[i + 1]):
            j = sources[t]
            weight = weights[t] * FIXED_POINT
            if bound >= 2.0:
                share = np.int64(np.rint(weight))
                for p in range(k):
                    total[p] += np.int64(np.rint(weight * alignment[j, p]))
                    heard[p] += share
            else:
                for p in range(k):
                    if abs(alignment[j, p] - alignment[i, p]) <= bound:
                        total[p] += np.int64(np.rint(weight * alignment[j, p]))
                        heard[p] += np.int64(np.rint(weight))
        s = susceptibility[i]
        for p in range(k):
            own = alignment[i, p]
            peers = own if heard[p] == 0 else total[p] / np.float64(heard[p])
            said = (1.0 - message_share) * peers + message_share * message[i, p]
            target = s * said + innate[i, p] + (1.0 - s) * disposition[i, p]
            if 0 <= i - first < drawn.shape[0]:
                drawn[i - first, p] = target - s * (1.0 - message_share) * part * peers
            out[i, p] = min(1.0, max(-1.0, own + rate * (target - own)))


@njit(cache=True)
def weighted_means(values, weights, starts, out):
    """Order-free weighted mean of consecutive rows: out[s] over rows starts[s]:starts[s+1]; 0 where nothing weighs."""
    for s in range(starts.size - 1):
        for p in range(values.shape[1]):
            total = np.int64(0)
            weight = np.int64(0)
            for i in range(starts[s], starts[s + 1]):
                total += np.int64(np.rint(weights[i] * values[i, p] * FIXED_POINT))
                weight += np.int64(np.rint(weights[i] * FIXED_POINT))
            out[s, p] = total / np.float64(weight) if weight > 0 else 0.0
