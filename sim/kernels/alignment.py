"""Alignment of factions and segments with every patron: one synchronous Friedkin-Johnsen step over sparse ties.

Sums over neighbours are taken in fixed point, so that neither the order of actors nor of ties can change a bit. They are
held in floats, which are exact for whole numbers up to 2^53.
"""

import numpy as np
from numba import njit

from sim.arithmetic import FIXED_POINT


@njit(cache=True)
def _hear_all(alignment, sources, weights, low, high, total):
    """Weighted sum of the alignments of the sources low..high-1, written to total (patrons,), and the sum of the weights.

    Four sources at a time: a total is then read and written a quarter as often.
    """
    heard, rest = 0.0, low + (high - low) // 4 * 4
    total[:] = 0.0
    for t in range(low, rest, 4):
        a, b, c, d = (
            alignment[sources[t]],
            alignment[sources[t + 1]],
            alignment[sources[t + 2]],
            alignment[sources[t + 3]],
        )
        wa, wb = weights[t] * FIXED_POINT, weights[t + 1] * FIXED_POINT
        wc, wd = weights[t + 2] * FIXED_POINT, weights[t + 3] * FIXED_POINT
        heard += np.rint(wa) + np.rint(wb) + np.rint(wc) + np.rint(wd)
        for p in range(total.size):
            total[p] += (np.rint(wa * a[p]) + np.rint(wb * b[p])) + (np.rint(wc * c[p]) + np.rint(wd * d[p]))
    for t in range(rest, high):
        voice, weight = alignment[sources[t]], weights[t] * FIXED_POINT
        heard += np.rint(weight)
        for p in range(total.size):
            total[p] += np.rint(weight * voice[p])
    return heard


@njit(cache=True)
def _hear_near(alignment, sources, weights, low, high, own, bound, total, heard):
    """The same of sources within the confidence bound, which may be others for every patron."""
    total[:] = 0.0
    heard[:] = 0.0
    for t in range(low, high):
        voice, weight = alignment[sources[t]], weights[t] * FIXED_POINT
        for p in range(total.size):
            if abs(voice[p] - own[p]) <= bound:
                total[p] += np.rint(weight * voice[p])
                heard[p] += np.rint(weight)


@njit(cache=True, error_model="numpy")  # a check of every division would keep the loops from being vectorised
def _peer_means(alignment, starts, sources, weights, bound, peers):
    """Mean alignment of those whom each entity hears, its own where it hears nobody. peers (entities, patrons), written."""
    n, k = alignment.shape
    voices = np.zeros((n, -(-k // 8) * 8))  # whole vectors: the few patrons left over would cost as much as all others
    for i in range(n):
        for p in range(k):
            voices[i, p] = alignment[i, p]
    total, near = np.empty(voices.shape[1]), np.empty(voices.shape[1])
    for i in range(n):
        if bound >= 2.0:
            heard = _hear_all(voices, sources, weights, starts[i], starts[i + 1], total)
            for p in range(k):
                peers[i, p] = alignment[i, p] if heard == 0.0 else total[p] / heard
        else:
            _hear_near(voices, sources, weights, starts[i], starts[i + 1], voices[i], bound, total, near)
            for p in range(k):
                peers[i, p] = alignment[i, p] if near[p] == 0.0 else total[p] / near[p]


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
    peers, target = np.empty((n, k)), np.empty(k)
    _peer_means(alignment, starts, sources, weights, bound, peers)
    for i in range(n):
        own, s = alignment[i], susceptibility[i]
        for p in range(k):
            said = (1.0 - message_share) * peers[i, p] + message_share * message[i, p]
            target[p] = s * said + innate[i, p] + (1.0 - s) * disposition[i, p]
        for p in range(k):
            out[i, p] = min(1.0, max(-1.0, own[p] + rate * (target[p] - own[p])))
        if 0 <= i - first < drawn.shape[0]:
            for p in range(k):
                drawn[i - first, p] = target[p] - s * (1.0 - message_share) * part * peers[i, p]


@njit(cache=True)
def standing_messages(influence, exposure, owner, n_factions, gain):
    """What patrons say through standing ties: influence on the entity's state x exposure over the channels, in [-1, 1].

    influence (C, patrons, states), exposure (C, patrons, entities), owner (entities,) state row. Factions, the first
    n_factions entities, hear `gain` (states,) times as much. Returns float64 (entities, patrons).
    """
    n_channels, n_patrons, n = exposure.shape
    message = np.empty((n, n_patrons))
    for i in range(n):
        state = owner[i]
        for p in range(n_patrons):
            heard = 0.0
            for c in range(n_channels):
                heard += influence[c, p, state] * exposure[c, p, i]
            if i < n_factions:
                heard *= gain[state]
            message[i, p] = min(max(heard, -1.0), 1.0)
    return message


@njit(cache=True)
def fade(disposition, n_factions, elites, publics):
    """What is left of dispositions after a day: these shares in the first n_factions rows and in the others, in place."""
    for i in range(disposition.shape[0]):
        left = elites if i < n_factions else publics
        for p in range(disposition.shape[1]):
            disposition[i, p] *= left


@njit(cache=True)
def align_with_own(alignment, owner):
    """Everybody is aligned with the own state. alignment (entities, patrons), written; owner (entities,) state row."""
    for i in range(owner.size):
        alignment[i, owner[i]] = 1.0


@njit(cache=True)
def _weigh(values, weights, low, high, total):
    """Weighted sum of rows low..high-1, written to total, and the sum of their weights."""
    heard = 0.0
    total[:] = 0.0
    for i in range(low, high):
        heard += np.rint(weights[i] * FIXED_POINT)
        for p in range(total.size):
            total[p] += np.rint(weights[i] * values[i, p] * FIXED_POINT)
    return heard


@njit(cache=True)
def weighted_means(values, weights, starts, out):
    """Order-free weighted mean of consecutive rows: out[s] over rows starts[s]:starts[s+1]; 0 where nothing weighs."""
    total = np.empty(values.shape[1])
    for s in range(starts.size - 1):
        weight = _weigh(values, weights, starts[s], starts[s + 1], total)
        for p in range(total.size):
            out[s, p] = total[p] / weight if weight > 0.0 else 0.0


@njit(cache=True)
def measure_states(alignment, weight, loyal, faction_starts, segment_starts, elites, publics):
    """`weighted_means` of the loyal factions and of the segments of every state, written to elites and publics.

    alignment (entities, patrons) and weight (entities,), factions first; loyal (factions,) bool; starts (states+1,),
    those of segments counted from the first segment; elites, publics (states, patrons).
    """
    n_factions = loyal.size
    weighted_means(alignment[:n_factions], weight[:n_factions] * loyal, faction_starts, elites)
    weighted_means(alignment[n_factions:], weight[n_factions:], segment_starts, publics)


@njit(cache=True)
def largest_means(values, weights, starts, out):
    """Largest of each row of `weighted_means`, or 0 where it is negative. out: float64 (groups,), written."""
    total = np.empty(values.shape[1])
    for s in range(starts.size - 1):
        weight = _weigh(values, weights, starts[s], starts[s + 1], total)
        out[s] = max(0.0, total.max() / weight) if weight > 0.0 else 0.0


@njit(cache=True)
def independence_left(disposition, weight, faction_starts, independence, price, out):
    """Independence of every state less `price` times the largest gratitude of its factions to one patron, in [0, 1].

    disposition (entities, patrons) and weight (entities,), factions first; independence (states,); out (states,), written.
    """
    largest_means(disposition, weight, faction_starts, out)
    for s in range(out.size):
        out[s] = min(max(independence[s] - price * out[s], 0.0), 1.0)
