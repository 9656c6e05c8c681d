"""Alignment of factions and segments with every patron: one synchronous Friedkin-Johnsen step over sparse ties.

Sums over neighbours are taken in fixed point, so that neither the order of actors nor that of ties can change a bit. Floats
hold them, exact for whole numbers up to 2^53.
"""

import numpy as np

from sim.core.compiled import njit
from sim.kernels.means import state_means

FEW = 6  # for up to so many patrons, one by one is faster than all together


@njit(cache=True)
def _hear_all(alignment, sources, weights, low, high, total) -> None:
    """Weighted sum of the alignments of the sources low..high-1, written to total (patrons,).

    Four sources at a time: a total is then read and written a quarter as often.
    """
    tail = low + (high - low) // 4 * 4
    total[:] = 0.0
    for t in range(low, tail, 4):
        a, b, c, d = (
            alignment[sources[t]],
            alignment[sources[t + 1]],
            alignment[sources[t + 2]],
            alignment[sources[t + 3]],
        )
        wa, wb, wc, wd = weights[t], weights[t + 1], weights[t + 2], weights[t + 3]
        for p in range(total.size):
            total[p] += (np.rint(wa * a[p]) + np.rint(wb * b[p])) + (np.rint(wc * c[p]) + np.rint(wd * d[p]))
    for t in range(tail, high):
        voice, weight = alignment[sources[t]], weights[t]
        for p in range(total.size):
            total[p] += np.rint(weight * voice[p])


@njit(cache=True)
def _hear_near(alignment, sources, weights, low, high, listener, bound, total, near_weight) -> None:
    """The same for sources within the confidence bound, which differ by patron; near_weight: sum of their weights."""
    total[:] = 0.0
    near_weight[:] = 0.0
    for t in range(low, high):
        voice, weight = alignment[sources[t]], weights[t]
        for p in range(total.size):
            if abs(voice[p] - listener[p]) <= bound:
                total[p] += np.rint(weight * voice[p])
                near_weight[p] += np.rint(weight)


@njit(cache=True)
def _moved(alignment, previous):
    """Patrons for whom some alignment differs, bit for bit, from the previous one; `previous` then takes today's values.

    Eight entities at a time: loops over a few patrons would be too short for vectors.
    """
    n, k = alignment.shape
    now, last = alignment.reshape(n * k).view(np.uint64), previous.reshape(n * k).view(np.uint64)
    change, moved = np.zeros(8 * k, dtype=np.uint64), np.zeros(k, dtype=np.uint64)
    for low in range(0, n * k, 8 * k):
        today, before = now[low : low + 8 * k], last[low : low + 8 * k]
        for j in range(today.size):
            change[j] |= today[j] ^ before[j]
    for j in range(n * k):
        last[j] = now[j]
    for entity in range(8):
        for p in range(k):
            moved[p] |= change[entity * k + p]
    return moved.nonzero()[0]


@njit(cache=True, error_model="numpy")  # a check of every division would keep loops from being vectorised
def _hear_about_few(alignment, patrons, starts, sources, weights, attention, peers) -> None:
    """Mean alignment of each entity's peers with these patrons, or its own alignment if it has no peers; patron by patron."""
    voice = np.empty(alignment.shape[0])
    for p in patrons:
        voice[:] = alignment[:, p]
        for i in range(voice.size):
            low, high, total = starts[i], starts[i + 1], 0.0
            tail = low + (high - low) // 4 * 4
            for t in range(low, tail, 4):
                a, b = weights[t] * voice[sources[t]], weights[t + 1] * voice[sources[t + 1]]
                c, d = weights[t + 2] * voice[sources[t + 2]], weights[t + 3] * voice[sources[t + 3]]
                total += (np.rint(a) + np.rint(b)) + (np.rint(c) + np.rint(d))
            for t in range(tail, high):
                total += np.rint(weights[t] * voice[sources[t]])
            peers[i, p] = voice[i] if attention[i] == 0.0 else total / attention[i]


@njit(cache=True, error_model="numpy")
def _hear_about_all(alignment, starts, sources, weights, attention, bound, peers) -> None:
    """The same with all patrons, entity by entity."""
    n, k = alignment.shape
    voices = np.zeros((n, -(-k // 8) * 8))  # full vectors: a few remaining patrons would cost as much as all others
    for i in range(n):
        for p in range(k):
            voices[i, p] = alignment[i, p]
    total, near = np.empty(voices.shape[1]), np.empty(voices.shape[1])
    for i in range(n):
        if bound >= 2.0:
            _hear_all(voices, sources, weights, starts[i], starts[i + 1], total)
            for p in range(k):
                peers[i, p] = alignment[i, p] if attention[i] == 0.0 else total[p] / attention[i]
        else:
            _hear_near(voices, sources, weights, starts[i], starts[i + 1], voices[i], bound, total, near)
            for p in range(k):
                peers[i, p] = alignment[i, p] if near[p] == 0.0 else total[p] / near[p]


@njit(cache=True, inline="always")
def _target(s, message_share, peers, message, innate, disposition):
    """The alignment towards which an entity of susceptibility s moves."""
    social = (1.0 - message_share) * peers + message_share * message
    return s * social + innate + (1.0 - s) * disposition


@njit(cache=True)
def influence_step(
    alignment, previous, peers, starts, sources, weights, attention, susceptibility, message_share, message, innate,
    disposition, rate, bound, first, part, attraction,
) -> None:  # fmt: skip
    """One relaxation step towards peers, messages and the innate position [FriedkinJohnsen1999, Parsegov2017].

    alignment       float64 (entities, patrons) in [-1, 1], moved in place
    previous, peers float64 (entities, patrons) alignments before an earlier step, and the means of peers then; kept, because
                                             often few patrons move; infinite before the first step
    starts          uint32 (entities+1,)     CSR rows; sources uint32 (ties,)
    weights         float64 (ties,)          2^-40, rows sum to 1; attention float64 (entities,) sum of whole weights, 2^-40
    susceptibility  float64 (entities,)      1 = DeGroot, 0 = fully stubborn
    message_share   float                    weight of messages against peers
    message         float64 (entities, patrons) messages of the patrons
    innate          float64 (entities, patrons) (1 - s) x innate position
    disposition     float64 (entities, patrons) shift of the innate position by events
    rate            float                    share of the gap closed per day
    bound           float                    confidence bound; ties further apart are ignored (2 = off) [HegselmannKrause2002]
    first, part     int, float               entities from `first` on give this part of their attention to peers elsewhere
    attraction      float64 (rows, patrons)  written: the targets of entities first..first+rows-1 without that part
    """
    n, k = alignment.shape
    moved = _moved(alignment, previous)
    if bound >= 2.0 and moved.size <= FEW:
        _hear_about_few(previous, moved, starts, sources, weights, attention, peers)
    else:
        _hear_about_all(previous, starts, sources, weights, attention, bound, peers)
    for i in range(n):
        s = susceptibility[i]
        for p in range(k):
            current = previous[i, p]
            target = _target(s, message_share, peers[i, p], message[i, p], innate[i, p], disposition[i, p])
            alignment[i, p] = min(1.0, max(-1.0, current + rate * (target - current)))
    for i in range(first, first + attraction.shape[0]):
        s = susceptibility[i]
        elsewhere = s * (1.0 - message_share) * part
        for p in range(k):
            target = _target(s, message_share, peers[i, p], message[i, p], innate[i, p], disposition[i, p])
            attraction[i - first, p] = target - elsewhere * peers[i, p]


@njit(cache=True)
def alignment_day(
    alignment, previous, peers, starts, sources, weights, attention, susceptibility, message_share, message, innate,
    disposition, rate, bound, first, part, attraction, state_of, weight, loyal, faction_starts, segment_starts, elites, publics,
) -> None:  # fmt: skip
    """`influence_step`, `align_with_home` and `state_means` in one call: in small worlds calls take most of the time."""
    influence_step(
        alignment, previous, peers, starts, sources, weights, attention, susceptibility, message_share, message, innate,
        disposition, rate, bound, first, part, attraction,
    )  # fmt: skip
    align_with_home(alignment, state_of)
    state_means(alignment, weight, loyal, faction_starts, segment_starts, elites, publics)


@njit(cache=True)
def standing_messages(influence, exposure, state_of, n_factions, gain):
    """Messages of patrons through standing ties: influence on the entity's state x exposure over the channels, in [-1, 1].

    influence (C, patrons, states), exposure (C, patrons, entities), state_of (entities,) state row. Factions, the first
    n_factions entities, hear `gain` (states,) times as much. Returns float64 (entities, patrons).
    """
    n_channels, n_patrons, n = exposure.shape
    message = np.empty((n, n_patrons))
    for i in range(n):
        state = state_of[i]
        for p in range(n_patrons):
            total = 0.0
            for c in range(n_channels):
                total += influence[c, p, state] * exposure[c, p, i]
            if i < n_factions:
                total *= gain[state]
            message[i, p] = min(max(total, -1.0), 1.0)
    return message


@njit(cache=True)
def fade(disposition, n_factions, elites, publics) -> None:
    """A day of fading dispositions, in place: `elites` is the share that stays in the first n_factions rows, `publics` in the others."""
    for i in range(disposition.shape[0]):
        share = elites if i < n_factions else publics
        for p in range(disposition.shape[1]):
            disposition[i, p] *= share


@njit(cache=True)
def align_with_home(alignment, state_of) -> None:
    """Every entity is fully aligned with its home state. alignment (entities, patrons), written; state_of (entities,) state row."""
    for i in range(state_of.size):
        alignment[i, state_of[i]] = 1.0
