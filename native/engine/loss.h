#pragma once

#include <ATen/core/Tensor.h>

#include <utility>

#include "../device/backend.h"
#include "loss_spec.h"

namespace layer_rotation {

/// Loss, hits, losses of the labels and gradient of one batch, on the device of the logits.
struct BatchLoss {
  at::Tensor loss;      ///< fp64 scalar: mean over the labels; of a part of a batch, its share of that of the batch
  at::Tensor hits;      ///< fp64 [2]: labels with the largest logit, and labels with one of the five largest
  at::Tensor losses;    ///< fp64 [labels]
  at::Tensor gradient;  ///< fp32, of the logits' shape: ∂loss/∂logits; undefined unless asked for
};

/// The labels of a batch, int64 [batch, …], and the second ones of mixed images.
struct BatchLabels {
  at::Tensor labels;
  at::Tensor others = {};  ///< of the same shape; undefined if no images are mixed
  double share = 1;        ///< the part of `labels` in the targets, the rest is of `others`; 0 … 1

  BatchLabels(at::Tensor labels) : labels(std::move(labels)) {}
  BatchLabels(at::Tensor labels, at::Tensor others, double share)
      : labels(std::move(labels)), others(std::move(others)), share(share) {}
};

/// The loss of the softmax of logits (fp32 [batch, …, classes]) against labels (int64 [batch, …]), with hits and
/// gradient from the same pass. Each label counts as much as any other. Of equal logits the one of the lower class
/// counts as larger. An image that is mixed from two has the target of each in its share, and each of its labels that
/// hits counts as much of a hit (arXiv 1710.09412).
///
/// Keras's clipping is flat outside its range: an example whose label has a probability below 1e-7 or above 1 − 1e-7
/// has a gradient of exactly zero, and no loss is larger than 16.118 (the networks of arXiv 1806.01603v2 were trained
/// so).
///
/// On the CPU this package's own kernel computes it; everywhere else ATen operations in fp64 do.
BatchLoss batch_loss(const LossSpec& spec, const at::Tensor& logits, const BatchLabels& labels, bool with_gradient,
                     Backend backend);

/// The same for a part of a batch that has `labels_of_batch` labels: the losses, and the gradients, of all parts add up
/// to those of the batch.
BatchLoss part_loss(const LossSpec& spec, const at::Tensor& logits, const BatchLabels& labels, int64_t labels_of_batch,
                    bool with_gradient, Backend backend);

}  // namespace layer_rotation
