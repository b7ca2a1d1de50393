#pragma once

#include <cstdint>

namespace layer_rotation {

/// A ReLU that is computed in the passes of the batch norm beside it: on its input (y = f(max(0, x))) or on its output
/// (y = max(0, f(x))).
enum class FusedRelu { kNone, kBefore, kAfter };

// The inner loops of batch normalisation, over rows × width numbers of a row-major matrix whose columns are normalised;
// bf16 numbers are passed as their bits. z is x, or max(0, x) if the ReLU comes before.

/// Adds Σ(z − origin) and Σ(z − origin)² of every column: with an origin near the mean, the variance does not cancel.
void add_moments(const float* x, int64_t rows, int64_t width, const float* origin, FusedRelu relu, float* sum,
                 float* squares);
void add_moments(const uint16_t* x, int64_t rows, int64_t width, const float* origin, FusedRelu relu, float* sum,
                 float* squares);

/// Writes y = scale·z + shift, or max(0, scale·z + shift) if the ReLU comes after. A NaN stays a NaN.
void normalize(const float* x, int64_t rows, int64_t width, const float* scale, const float* shift, FusedRelu relu,
               float* y);
void normalize(const uint16_t* x, int64_t rows, int64_t width, const float* scale, const float* shift, FusedRelu relu,
               uint16_t* y);

/// The coefficients of y = scale·z + shift and x̂ = invstd·z − centre, one number a column.
struct NormalizationColumns {
  const float* scale;
  const float* shift;
  const float* invstd;
  const float* centre;
};

/// Adds Σg (the gradient of the shift) and Σg·x̂ (that of the scale) of every column; g is the gradient of scale·z +
/// shift.
void add_gradient_sums(const float* gradient, const float* x, int64_t rows, int64_t width,
                       const NormalizationColumns& columns, FusedRelu relu, float* sum, float* dot);
void add_gradient_sums(const uint16_t* gradient, const uint16_t* x, int64_t rows, int64_t width,
                       const NormalizationColumns& columns, FusedRelu relu, float* sum, float* dot);

/// Writes the gradient of x, through ∂z = scale·(g − mean(g) − x̂·mean(g·x̂)).
void input_gradient(const float* gradient, const float* x, int64_t rows, int64_t width,
                    const NormalizationColumns& columns, const float* mean_sum, const float* mean_dot, FusedRelu relu,
                    float* to);
void input_gradient(const uint16_t* gradient, const uint16_t* x, int64_t rows, int64_t width,
                    const NormalizationColumns& columns, const float* mean_sum, const float* mean_dot, FusedRelu relu,
                    uint16_t* to);

}  // namespace layer_rotation
