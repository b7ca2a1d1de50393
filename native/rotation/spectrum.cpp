#include "spectrum.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "../device/clones.h"
#include "../error.h"
#include "../runtime/process_end.h"

namespace layer_rotation::rotation {
namespace {

using Vector = std::vector<double>;

constexpr int64_t kMostSteps = 300;
/// The relative residual of an eigenvalue of AAᵀ, which bounds that of the singular value by half of it.
constexpr double kTolerance = 2e-6;
/// Steps between two looks at the eigenvalues.
constexpr int64_t kStepsPerLook = 4;
/// Elements of a row that are read at a time.
constexpr int64_t kStretch = 2048;
/// Elements that are worth a thread.
constexpr int64_t kGrain = 32 * 1024;

LAYER_ROTATION_CLONES double dot(const double* a, const double* b, int64_t count) {
  double sums[8] = {};
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (int64_t lane = 0; lane < 8; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < count; ++i) sums[0] += a[i] * b[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

LAYER_ROTATION_CLONES void add_scaled(double* __restrict to, const double* from, double factor, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

double dot(const Vector& a, const Vector& b) { return dot(a.data(), b.data(), static_cast<int64_t>(a.size())); }

void add_scaled(Vector& to, const Vector& from, double factor) {
  add_scaled(to.data(), from.data(), factor, static_cast<int64_t>(to.size()));
}

/// A·v
Vector times(const RowMatrix& matrix, const Vector& v) {
  Vector result(static_cast<size_t>(matrix.rows));
  at::parallel_for(0, matrix.rows, 1 + kGrain / matrix.columns, [&](int64_t begin, int64_t end) {
    Vector stretch(static_cast<size_t>(std::min(kStretch, matrix.columns)));
    for (int64_t row = begin; row < end; ++row) {
      for (int64_t column = 0; column < matrix.columns; column += kStretch) {
        const int64_t count = std::min(kStretch, matrix.columns - column);
        matrix.read(row, column, count, stretch.data());
        result[row] += dot(stretch.data(), v.data() + column, count);
      }
    }
  });
  return result;
}

/// Aᵀ·u; each thread has columns of its own, so that every sum has one order.
Vector transposed_times(const RowMatrix& matrix, const Vector& u) {
  Vector result(static_cast<size_t>(matrix.columns));
  const int64_t grain = std::min(kStretch, 64 + kGrain / matrix.rows);
  at::parallel_for(0, matrix.columns, grain, [&](int64_t begin, int64_t end) {
    Vector stretch(static_cast<size_t>(std::min(kStretch, end - begin)));
    for (int64_t column = begin; column < end; column += kStretch) {
      const int64_t count = std::min(kStretch, end - column);
      for (int64_t row = 0; row < matrix.rows; ++row) {
        matrix.read(row, column, count, stretch.data());
        add_scaled(result.data() + column, stretch.data(), u[row], count);
      }
    }
  });
  return result;
}

/// A start that no structure of weights is orthogonal to: numbers of SplitMix64 in −1 … 1.
Vector start(int64_t size) {
  Vector vector(static_cast<size_t>(size));
  uint64_t state = 0;
  for (double& number : vector) {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    number = static_cast<double>(static_cast<int64_t>(z ^ (z >> 31))) * 0x1p-63;
  }
  return vector;
}

/// The largest eigenvalue of the tridiagonal matrix, and the last component of its eigenvector.
std::pair<double, double> last_eigenpair(const Vector& diagonal, const Vector& beside) {
  const auto size = static_cast<int64_t>(diagonal.size());
  at::Tensor matrix = at::zeros({size, size}, at::kDouble);
  double* to = matrix.mutable_data_ptr<double>();
  for (int64_t i = 0; i < size; ++i) {
    to[i * size + i] = diagonal[i];
    if (i + 1 < size) to[(i + 1) * size + i] = beside[i];
  }
  // It reads the lower triangle, and gives the eigenvalues ascending.
  const auto [values, vectors] = at::linalg_eigh(matrix, "L");
  return {values[-1].item<double>(), vectors[-1][-1].item<double>()};
}

/// The largest eigenvalue of the symmetric matrix [size][size] that `apply` multiplies a vector by.
template <class Apply>
double lanczos(int64_t size, Apply apply) {
  if (size == 0) return 0;
  const int64_t most = std::min(size, kMostSteps);
  std::vector<Vector> basis;
  Vector diagonal, beside, next = start(size);
  double norm = std::sqrt(dot(next, next)), largest = 0;
  for (int64_t step = 1; step <= most; ++step) {
    if (process_is_ending.load(std::memory_order_relaxed)) throw Error("INTERRUPTED", "the process ends");
    for (double& number : next) number /= norm;
    basis.push_back(next);
    next = apply(basis.back());
    diagonal.push_back(dot(next, basis.back()));
    // Twice is enough (Parlett, The Symmetric Eigenvalue Problem, 6.9): without it rounding brings back what was found.
    for (int pass = 0; pass < 2; ++pass) {
      for (const Vector& earlier : basis) add_scaled(next, earlier, -dot(next, earlier));
    }
    norm = std::sqrt(dot(next, next));
    if (!std::isfinite(norm) || !std::isfinite(diagonal.back())) return std::numeric_limits<double>::quiet_NaN();
    const bool is_last = step == most || norm <= 1e-14 * diagonal.front();
    if (is_last || step % kStepsPerLook == 0) {
      const auto [value, last] = last_eigenpair(diagonal, beside);
      largest = value;
      if (is_last || norm * std::abs(last) <= kTolerance * value) break;
    }
    beside.push_back(norm);
  }
  return std::max(0.0, largest);
}

}  // namespace

double largest_singular_value(const RowMatrix& matrix) {
  const bool is_wide = matrix.columns > matrix.rows;
  return std::sqrt(lanczos(std::min(matrix.rows, matrix.columns), [&](const Vector& v) {
    return is_wide ? times(matrix, transposed_times(matrix, v)) : transposed_times(matrix, times(matrix, v));
  }));
}

double largest_eigenvalue(const RowMatrix& matrix) {
  return lanczos(matrix.rows, [&](const Vector& v) { return times(matrix, v); });
}

}  // namespace layer_rotation::rotation
