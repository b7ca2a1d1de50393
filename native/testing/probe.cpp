#include "probe.h"

#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>

#include "../data/example_sequence.h"
#include "../engine/loss.h"
#include "../engine/network_state.h"
#include "../engine/training_input.h"

namespace layer_rotation {

ProbeResult probe(const StepParts& parts, const std::vector<int32_t>& indices, Mode mode) {
  const bool training = mode == Mode::kTrain;
  c10::AutoGradMode grad_mode(training);
  Network& network = parts.network;
  network.train(training);
  const ExampleSequence examples(parts.examples, indices, Augmentation(), parts.compute.backend);
  const Batch batch = examples.batch(0, examples.size());
  const at::Tensor logits = network.forward(batch.inputs);
  const BatchLoss loss = batch_loss(parts.loss, logits, batch.labels, training, parts.compute.backend);
  ProbeResult result;
  result.loss = loss.loss.item<double>();
  if (training) {
    network.zero_grad();  // a step that failed may have left gradients
    network.backward(logits, loss.gradient);
    result.gradients = export_gradients(network);
    network.zero_grad();
  }
  result.logits = on_host("logits", logits).values;
  return result;
}

std::vector<double> time_input(const StepParts& parts, const BatchPlan& batches) {
  c10::InferenceMode inference;
  const TrainingInput images(parts, batches);
  std::vector<double> nanoseconds;
  int64_t begin = 0;
  for (const int32_t size : batches.batch_sizes) {
    const auto start = std::chrono::steady_clock::now();
    const NetworkInput input = images.part(begin, begin + size, static_cast<int64_t>(nanoseconds.size())).input;
    if (!input.normalized) {
      parts.normalization(input.examples, parts.compute.precision, parts.network.input_format());
    }
    if (!parts.device.is_cpu()) {
      c10::impl::VirtualGuardImpl(parts.device.type()).getStream(parts.device).synchronize();
    }
    nanoseconds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
    begin += size;
  }
  return nanoseconds;
}

}  // namespace layer_rotation
