#pragma once

#include <cstdint>
#include <functional>

namespace layer_rotation::rotation {

/// A matrix whose rows are read one after the other, in double, so that it is never whole in memory.
struct RowMatrix {
  int64_t rows = 0, columns = 0;
  /// Reads `count` elements of a row from column `begin` on; called by several threads at once.
  std::function<void(int64_t row, int64_t begin, int64_t count, double* to)> read;
};

/// The largest singular value by Lanczos' method on the smaller of AAᵀ and AᵀA, with full reorthogonalization, from a
/// fixed start (Golub and Van Loan, Matrix Computations, 10.1). It ends when the residual proves a relative error of at
/// most 1e-6, after as many steps as the matrix has rows or columns, or after 300; the error is mostly far smaller, as
/// it falls with the square of the residual. NaN for a matrix with elements that are not finite. The same bits for
/// every number of threads.
double largest_singular_value(const RowMatrix& matrix);

/// The largest eigenvalue of a symmetric matrix without negative ones, by the same method. It ends when the residual
/// proves a relative error of at most 2e-6. NaN for a matrix with elements that are not finite.
double largest_eigenvalue(const RowMatrix& matrix);

}  // namespace layer_rotation::rotation
