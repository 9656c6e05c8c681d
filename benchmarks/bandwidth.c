/* Passes over memory as in the STREAM benchmark: x and y hold n numbers. */

#include <stddef.h>

double read_all(const double *x, size_t n, int threads)
{
    double sum = 0;
#pragma omp parallel for simd num_threads(threads) reduction(+ : sum) schedule(static)
    for (size_t i = 0; i < n; i++) sum += x[i];
    return sum;
}

void copy(double *restrict x, const double *restrict y, size_t n, int threads)
{
#pragma omp parallel for simd num_threads(threads) schedule(static)
    for (size_t i = 0; i < n; i++) x[i] = 3.0 * y[i];
}

void triad(double *restrict x, const double *restrict y, const double *restrict z, size_t n, int threads)
{
#pragma omp parallel for simd num_threads(threads) schedule(static)
    for (size_t i = 0; i < n; i++) x[i] = y[i] + 3.0 * z[i];
}

void update(double *x, size_t n, int threads)
{
#pragma omp parallel for simd num_threads(threads) schedule(static)
    for (size_t i = 0; i < n; i++) x[i] = 3.0 * x[i];
}
