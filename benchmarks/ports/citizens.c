/* The daily pass over the citizens in C: the rule, the arguments and the bits of sim/kernels/citizens.py.

   Rows go through in blocks, a block through short loops without branches: each is a loop that gcc turns into vectors. */

#include <string.h>

#include "neighbours.h"

enum { ACTIVE = 1, BLOCK = 2048, SPAN = 64 * BLOCK, MAX_RING = 64 };
#define UNIT 0x9E3779B97F4A7C15u

struct rule {
    const uint8_t *act;
    uint8_t *out;
    const uint16_t *traits;
    const int32_t *exposure, *noise;
    const uint32_t *words;
    const struct links *links;
    size_t n_rows, ring;
    int32_t base, slope;
    int straight;
    uint32_t risk, last_review, arrest;
    uint8_t some_review, sentence;
    uint64_t day_key;
};

static inline uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Bit b of words[w] tells whether row 32 w + b is active: a long link then looks into n / 8 bytes. */
static void pack(const uint8_t *restrict act, uint32_t *restrict words, size_t low, size_t high, size_t n_rows)
{
    for (size_t w = low; w < high; w++) {
        const size_t first = 32 * w, n = n_rows - first;
        uint32_t word = 0;
        if (n >= 32)
            for (int b = 0; b < 32; b++) word |= (uint32_t)(act[first + b] == ACTIVE) << b;
        else
            for (size_t b = 0; b < n; b++) word |= (uint32_t)(act[first + b] == ACTIVE) << b;
        words[w] = word;
    }
}

/* Active neighbours on the ring and over the long links. */
static void see(const struct rule *r, size_t first, size_t n, size_t g, uint8_t *restrict seen)
{
    uint8_t window[BLOCK + 2 * MAX_RING];
    const uint8_t *restrict act = r->act;
    const uint32_t *restrict words = r->words;
    const size_t ring = r->ring, n_rows = r->n_rows;
    for (size_t k = 0; k < ring; k++) {
        window[k] = act[(first + ring * (n_rows - 1) + k) % n_rows] == ACTIVE;
        window[ring + n + k] = act[(first + n + k) % n_rows] == ACTIVE;
    }
    for (size_t k = 0; k < n; k++) window[ring + k] = act[first + k] == ACTIVE;
    memset(seen, 0, n);
    for (size_t d = 0; d < ring; d++) {
        const uint8_t *left = window + d, *right = window + 2 * ring - d;
        for (size_t k = 0; k < n; k++) seen[k] += left[k] + right[k];
    }
    for (size_t d = 0; d < r->links->n_links; d++) {
        uint32_t room[BLOCK];
        const uint32_t *restrict ends = long_ends(r->links, d, first, n, g, room);
        for (size_t k = 0; k < n; k++) seen[k] += words[ends[k] >> 5] >> (ends[k] & 31) & 1;
    }
}

/* One 64-bit draw a row: bits 0-31 review, 32-47 arrest, 52-63 the cell of the decision noise. */
static void draw(const struct rule *r, size_t first, size_t n, uint32_t *restrict low, uint32_t *restrict high)
{
    const uint64_t start = r->day_key + first * UNIT;
    for (size_t k = 0; k < n; k++) {
        const uint64_t z = mix(start + k * UNIT);
        low[k] = (uint32_t)z;
        high[k] = (uint32_t)(z >> 32);
    }
}

/* All bits of a byte are set where a row reviews its decision, and where it would be caught. */
static void sift(const struct rule *r, size_t n, const uint32_t *restrict low, const uint32_t *restrict high,
                 uint8_t *restrict reviews, uint8_t *restrict caught)
{
    const uint32_t last = r->last_review, arrest = r->arrest;
    const uint8_t some = r->some_review;
    for (size_t k = 0; k < n; k++) reviews[k] = -((low[k] <= last) & some);
    for (size_t k = 0; k < n; k++) caught[k] = -((high[k] & 0xFFFF) < arrest);
}

/* Utility of acting but for the neighbours. */
static void weigh(const struct rule *r, size_t first, size_t n, int64_t grievance, int32_t *restrict utility)
{
    const uint16_t *restrict hardship = r->traits + first, *restrict aversion = r->traits + r->n_rows + first;
    const uint32_t whole = (uint32_t)(grievance >> 16), part = (uint32_t)grievance & 0xFFFF, risk = r->risk;
    const int32_t base = r->base;
    for (size_t k = 0; k < n; k++) {
        const uint32_t h = hardship[k];
        utility[k] = (int32_t)((h * part >> 16) + h * whole - (aversion[k] * risk >> 16)) + base;
    }
}

static void decide(const struct rule *r, size_t n, const uint8_t *restrict seen, const int32_t *restrict utility,
                   const uint32_t *restrict high, uint8_t *restrict wills)
{
    const int32_t *restrict exposure = r->exposure, *restrict noise = r->noise, slope = r->slope;
    if (r->straight)
        for (size_t k = 0; k < n; k++)
            wills[k] = utility[k] + ((seen[k] * slope + 128) >> 8) > noise[high[k] >> 20];
    else
        for (size_t k = 0; k < n; k++) wills[k] = utility[k] + exposure[seen[k]] > noise[high[k] >> 20];
}

/* Today's states and their counts; masks instead of conditions, which gcc 12 would compile to jumps. */
static void enact(const struct rule *r, size_t first, size_t n, const uint8_t *restrict wills,
                  const uint8_t *restrict reviews, const uint8_t *restrict caught, int64_t *restrict counts)
{
    const uint8_t *restrict was = r->act + first, sentence = r->sentence;
    uint8_t *restrict now = r->out + first;
    for (size_t k = 0; k < n; k++) {
        const uint8_t v = was[k], taken = caught[k] & -(uint8_t)(v == ACTIVE), held = -(uint8_t)(v > ACTIVE);
        const uint8_t decided = (wills[k] & reviews[k]) | (v & ~reviews[k]);
        const uint8_t at_large = (sentence & taken) | (decided & ~taken), left = (v - 1) & -(uint8_t)(v > 2);
        now[k] = (left & held) | (at_large & ~held);
    }
    int32_t n_active = 0, n_detained = 0;
    for (size_t k = 0; k < n; k++) n_active += now[k] == ACTIVE;
    for (size_t k = 0; k < n; k++) n_detained += (was[k] == ACTIVE) & (now[k] > ACTIVE);
    counts[0] += n_active;
    counts[1] += n_detained;
}

static void block(const struct rule *r, size_t first, size_t n, size_t g, int64_t grievance, int64_t *counts)
{
    uint8_t seen[BLOCK], reviews[BLOCK], caught[BLOCK], wills[BLOCK];
    uint32_t low[BLOCK], high[BLOCK];
    int32_t utility[BLOCK];
    see(r, first, n, g, seen);
    draw(r, first, n, low, high);
    sift(r, n, low, high, reviews, caught);
    weigh(r, first, n, grievance, utility);
    decide(r, n, seen, utility, high, wills);
    enact(r, first, n, wills, reviews, caught, counts);
}

/* words: working space of n_rows / 32 + 1; straight, slope: `slope_of` the exposure; the other arguments are those of the kernel. */
void citizens_day(const uint8_t *act, uint8_t *out, const uint16_t *traits, const struct links *links, size_t n_segments,
                  const int64_t *grievance, const int32_t *exposure, const int32_t *noise, int64_t national,
                  int64_t arrest_risk, int64_t threshold, uint64_t redecide, uint64_t arrest, int64_t detention_days,
                  size_t ring, int straight, int slope, uint64_t day_key, int64_t *counts,
                  uint32_t *words, int threads)
{
    const size_t n_rows = links->n_rows, n_words = n_rows / 32 + 1, n_spans = (n_rows + SPAN - 1) / SPAN;
    const struct rule r = {
        .act = act, .out = out, .traits = traits, .links = links, .exposure = exposure, .noise = noise, .words = words,
        .n_rows = n_rows, .ring = ring, .base = (int32_t)(national - threshold), .risk = (uint32_t)arrest_risk,
        .last_review = (uint32_t)(redecide - 1), .some_review = redecide > 0, .arrest = (uint32_t)arrest,
        .sentence = (uint8_t)(detention_days + 1), .straight = straight, .slope = slope, .day_key = day_key,
    };
    memset(counts, 0, 2 * n_segments * sizeof *counts);
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(static)
        for (size_t s = 0; s < n_spans; s++)
            pack(act, words, n_words * s / n_spans, n_words * (s + 1) / n_spans, n_rows);
#pragma omp for schedule(dynamic) reduction(+ : counts[ : 2 * n_segments])
        for (size_t s = 0; s < n_spans; s++) {
            const size_t low = s * SPAN, high = low + SPAN < n_rows ? low + SPAN : n_rows;
            IN_PIECES(links->bounds, low, high, BLOCK, first, n, g,
                      block(&r, first, n, g, grievance[g], counts + 2 * g))
        }
    }
}
