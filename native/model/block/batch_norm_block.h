#pragma once

#include <ATen/core/Tensor.h>

#include "../twins.h"
#include "batch_norm_kernel.h"

namespace layer_rotation {

/// A batch norm for block kernels. A row is a pixel of an image, or an example without pixels.
struct BlockNorm {
  at::Tensor weight;  ///< fp32 [channels]; undefined for 1
  at::Tensor bias;    ///< fp32 [channels]; undefined for 0
  /// [channels], of the activations' type: what a product left out of the input; undefined for 0, and with a ReLU
  /// before.
  at::Tensor input_bias;
  double epsilon;
  SurroundingRelus relus;
  DropoutDraws draws;
};

/// The output of a batch norm, and its input for whatever takes that beside the norm: the norm adds the gradient that
/// comes back from there in its own pass.
struct NormalizedInput {
  Twins output;
  at::Tensor input;
};

/// Normalises activations [batch, channels] or [batch, channels, height, width], fp32 or bf16, with the statistics of
/// the batch, and adds `shortcut` if that is defined. The mean and the unbiased variance go to `batch_mean` and
/// `batch_variance`, fp32 [channels]. Differentiable in input, shortcut, weight and both biases; keeps the input for
/// that, and the output if a ReLU comes after a shortcut.
///
/// At most two kernels each way, one for up to 8,192 rows.
NormalizedInput batch_norm_block(const at::Tensor& input, const at::Tensor& shortcut, const BlockNorm& norm,
                                 const at::Tensor& batch_mean, const at::Tensor& batch_variance);

/// Does the same in evaluation mode, with running statistics and without dropout. Not differentiable.
at::Tensor batch_norm_block_inference(const at::Tensor& input, const at::Tensor& shortcut, const BlockNorm& norm,
                                      const at::Tensor& running_mean, const at::Tensor& running_variance);

}  // namespace layer_rotation
