/* The daily pass over the alignments of citizens in C: the rule, the arguments and the bits of sim/kernels/opinions.py. */

#include <string.h>

#include "neighbours.h"

enum { LANES = 4, LIMIT = 4095, UNBOUNDED = 8192, BLOCK = 512, SPAN = 128 * BLOCK, MAX_RING = 64 };

struct rule {
    const uint64_t *before;
    uint64_t *after;
    const struct links *links;
    size_t n_rows, ring;
    int16_t peers, innate, rate;
    int32_t bound;
    int up, down, far;
    const uint32_t *deviations; /* (n_rows), or NULL */
    uint64_t innate_word;
    uint16_t offset;
};

/* Add neighbours' alignments; beyond the bound, the row's alignment takes the place of the neighbour's. */
static void hear(const struct rule *r, const int16_t *restrict neighbour, const int16_t *restrict own, size_t n,
                 int16_t *restrict heard)
{
    if (r->bound >= UNBOUNDED && r->up == 0 && r->down == 0) {
        for (size_t k = 0; k < n; k++) heard[k] += neighbour[k];
        return;
    }
    const int32_t bound = r->bound;
    const int up = r->up, down = r->down;
    for (size_t k = 0; k < n; k++) {
        const int32_t them = neighbour[k], me = own[k], gap = them > me ? them - me : me - them;
        heard[k] += (int16_t)((int32_t)((uint32_t)(gap <= bound ? them : me) << up) >> down);
    }
}

/* Sum of the three rows on both sides, without a bound: one loop, half the work. */
static void sum_ring(const int16_t *restrict around, size_t n, int16_t *restrict heard)
{
    for (size_t k = 0; k < n; k++)
        heard[k] = around[k] + around[k + LANES] + around[k + 2 * LANES] + around[k + 4 * LANES]
                   + around[k + 5 * LANES] + around[k + 6 * LANES];
}

/* A step towards where each lane is drawn to, rounded up or down by bits that differ between rows and days. */
static void move(const struct rule *r, const int16_t *restrict own, const int16_t *restrict heard,
                 const int8_t *restrict deviation, const int16_t *restrict drawn, size_t n, int16_t *restrict today)
{
    const int16_t peers = r->peers, innate = r->innate, rate = r->rate;
    const uint16_t offset = r->offset;
    for (size_t k = 0; k < n; k += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const int16_t lean = (int16_t)((uint16_t)deviation[k + lane] << 8);
            const int16_t pull = (int16_t)(heard[k + lane] * peers >> 16), born = (int16_t)(lean * innate >> 16);
            const int16_t way = (int16_t)(pull + drawn[lane] + born - own[k + lane]);
            const uint16_t low = (uint16_t)(way * rate), rounding = (uint16_t)((uint16_t)lean + offset);
            const int16_t carry = (uint16_t)(low + rounding) < low;
            const int16_t moved = (int16_t)((int16_t)(way * rate >> 16) + own[k + lane] + carry);
            const int16_t most = moved < LIMIT ? moved : LIMIT;
            today[k + lane] = most > -LIMIT ? most : -LIMIT;
        }
}

/* Sums of the lanes and rows that are not negative, of at most 65,535 rows. */
static void count(const uint64_t *restrict words, size_t n, int64_t *restrict totals, int64_t *restrict favourable)
{
    uint64_t even = 0, odd = 0, above = 0;
    for (size_t k = 0; k < n; k++) {
        const uint64_t lifted = words[k] ^ 0x8000800080008000u;
        even += lifted & 0x0000FFFF0000FFFFu;
        odd += lifted >> 16 & 0x0000FFFF0000FFFFu;
        above += lifted >> 15 & 0x0001000100010001u;
    }
    for (int pair = 0; pair < 2; pair++) {
        totals[2 * pair] += (int64_t)(even >> 32 * pair & 0xFFFFFFFFu) - ((int64_t)n << 15);
        totals[2 * pair + 1] += (int64_t)(odd >> 32 * pair & 0xFFFFFFFFu) - ((int64_t)n << 15);
    }
    for (int lane = 0; lane < LANES; lane++) favourable[lane] += above >> 16 * lane & 0xFFFF;
}

static void block(const struct rule *r, size_t first, size_t n, size_t g, uint64_t aim, int64_t *totals,
                  int64_t *favourable)
{
    uint64_t window[BLOCK + 2 * MAX_RING], met[BLOCK], heard[BLOCK];
    uint32_t room[BLOCK];
    int16_t drawn[LANES];
    const uint64_t *restrict before = r->before;
    const size_t ring = r->ring, n_rows = r->n_rows, lanes = LANES * n;
    const int16_t *own = (const int16_t *)(before + first), *around = (const int16_t *)(before + first - ring);
    if (first < ring || first + n + ring > n_rows) { /* across the ends of the ring */
        for (size_t k = 0; k < n + 2 * ring; k++) window[k] = before[(first + ring * (n_rows - 1) + k) % n_rows];
        around = (const int16_t *)window;
    }
    if (ring == 3 && r->bound >= UNBOUNDED && r->up == 0 && r->down == 0)
        sum_ring(around, lanes, (int16_t *)heard);
    else {
        memset(heard, 0, n * sizeof *heard);
        for (size_t d = 0; d < 2 * ring + 1; d++)
            if (d != ring) hear(r, around + LANES * d, own, lanes, (int16_t *)heard);
    }
    for (size_t d = 0; r->far && d < r->links->n_links; d++) {
        const uint32_t *restrict ends = long_ends(r->links, d, first, n, g, room);
        for (size_t k = 0; k < n; k++) met[k] = before[ends[k]];
        hear(r, (const int16_t *)met, own, lanes, (int16_t *)heard);
    }
    const uint32_t *born = room;
    if (r->deviations) born = r->deviations + first;
    else row_words(r->innate_word, first, n, room);
    memcpy(drawn, &aim, sizeof drawn);
    move(r, own, (const int16_t *)heard, (const int8_t *)born, drawn, lanes, (int16_t *)(r->after + first));
    count(r->after + first, n, totals, favourable);
}

/* far: whether long links are heard (the network `full`) or the ring alone; the other arguments are those of the kernel. */
void opinions_day(const uint64_t *before, uint64_t *after, const struct links *links, size_t n_segments,
                  const uint64_t *aims, int peers, int innate, int rate, int bound, size_t ring, int up, int down,
                  int far, const uint32_t *deviations, uint64_t innate_word, int offset, int64_t *totals, int64_t *favourable, int threads)
{
    const size_t n_rows = links->n_rows, n_spans = (n_rows + SPAN - 1) / SPAN, cells = LANES * n_segments;
    const struct rule r = {
        .before = before, .after = after, .links = links, .n_rows = n_rows, .ring = ring, .peers = (int16_t)peers,
        .innate = (int16_t)innate, .rate = (int16_t)rate, .bound = bound, .up = up, .down = down, .far = far,
        .deviations = deviations, .innate_word = innate_word, .offset = (uint16_t)offset,
    };
    memset(totals, 0, cells * sizeof *totals);
    memset(favourable, 0, cells * sizeof *favourable);
#pragma omp parallel for num_threads(threads) schedule(dynamic) reduction(+ : totals[ : cells], favourable[ : cells])
    for (size_t s = 0; s < n_spans; s++) {
        const size_t low = s * SPAN, high = low + SPAN < n_rows ? low + SPAN : n_rows;
        IN_PIECES(links->bounds, low, high, BLOCK, first, n, g,
                  block(&r, first, n, g, aims[g], totals + LANES * g, favourable + LANES * g))
    }
}
