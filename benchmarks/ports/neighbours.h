/* Long links of the rows, stored or hashed, as in sim/kernels/neighbours.py. */

#include <stddef.h>
#include <stdint.h>

struct links {
    const uint32_t *stored; /* (n_links, n_rows), or NULL */
    const uint64_t *words;  /* (n_links) from which links are hashed */
    const int64_t *bounds;
    uint64_t homophily;
    size_t n_rows, n_links;
};

static inline uint32_t mix32(uint32_t z)
{
    z = (z ^ (z >> 16)) * 0x7FEB352Du;
    z = (z ^ (z >> 15)) * 0x846CA68Bu;
    return z ^ (z >> 16);
}

/* 32 random bits of the rows first .. first + n - 1. */
static void row_words(uint64_t word, size_t first, size_t n, uint32_t *restrict z)
{
    const uint32_t k1 = (uint32_t)word, k2 = (uint32_t)(word >> 32), start = (uint32_t)first;
    for (size_t k = 0; k < n; k++) z[k] = mix32(mix32((start + (uint32_t)k) ^ k1) + k2);
}

/* Rows at the other ends of link d of the rows first .. first + n - 1, all of segment g; room is used if they are hashed. */
static const uint32_t *long_ends(const struct links *l, size_t d, size_t first, size_t n, size_t g,
                                 uint32_t *restrict room)
{
    if (l->stored) return l->stored + d * l->n_rows + first;
    const uint64_t rows = l->n_rows, low = (uint64_t)l->bounds[g], width = (uint64_t)l->bounds[g + 1] - low;
    const uint32_t last = (uint32_t)(l->homophily - 1), n_rows = (uint32_t)rows, span = (uint32_t)width;
    const uint32_t none = l->homophily == 0 ? 0 : ~0u, base = (uint32_t)low;
    row_words(l->words[d], first, n, room);
    for (size_t k = 0; k < n; k++) {
        const uint64_t far = (uint64_t)room[k] * n_rows, near = (uint64_t)room[k] * span;
        const uint32_t own = -(uint32_t)((uint32_t)far <= last) & none;
        room[k] = ((base + (uint32_t)(near >> 32)) & own) | ((uint32_t)(far >> 32) & ~own);
    }
    return room;
}

/* Calls `block` for the rows low .. high - 1 in pieces of at most `most` rows, each of one segment. */
#define IN_PIECES(bounds, low, high, most, first, n, g, block)                                                  \
    for (size_t first = (low), n, g = 0; first < (high); first += n) {                                          \
        while ((size_t)(bounds)[g + 1] <= first) g++;                                                           \
        n = (size_t)(bounds)[g + 1] < (high) ? (size_t)(bounds)[g + 1] - first : (high) - first;                \
        if (n > (most)) n = (most);                                                                             \
        block;                                                                                                  \
    }
