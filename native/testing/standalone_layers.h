#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../engine/layer_records.h"
#include "../engine/named_tensor.h"
#include "../epoch/epoch_state.h"
#include "../optimizer/optimizer.h"
#include "../rotation/layers.h"
#include "../runtime/device_stream.h"

namespace layer_rotation {

struct StandaloneSpec {
  std::string device = "cpu";
  OptimizerSpec optimizer;
  std::vector<ParameterSettings> parameters;  ///< one per layer
  std::vector<int64_t> row_sizes;             ///< weights of a neuron, one per layer
  BackendChoice backend;
  int threads = 0;
};

/// Layers without a network: weights, gradients and an update rule, for tests and benchmarks.
class StandaloneLayers {
 public:
  using Arrays = std::vector<std::vector<float>>;

  /// `weights`: one array a layer.
  static std::unique_ptr<StandaloneLayers> create(const Arrays& weights, const StandaloneSpec& spec);

  /// Bytes held by weights, gradients, initial weights and the optimizer's state.
  int64_t memory() const;
  std::vector<double> rotation() const;
  /// Makes one step from one gradient and one rate a layer, and returns its record.
  LayerRecords step(const Arrays& gradients, const std::vector<double>& rates);
  std::vector<NamedTensor> weights() const;
  void set_weights(const Arrays& weights);
  /// Nanoseconds of each of `repeats` runs of 'monitor', 'step' (with the gradients of the last step), 'triad' (the
  /// CPU) or 'copy' (CUDA devices). On CUDA devices a run is the mean of several within one CUDA graph.
  std::vector<double> time(const std::string& kernel, int64_t repeats);

 private:
  StandaloneLayers(const Arrays& weights, const StandaloneSpec& spec, const DeviceStream& stream);
  DeviceStream::Use use() const;
  void check_sizes(const char* name, const Arrays& arrays) const;
  void begin_step(const std::vector<double>& rates, int64_t records);
  std::function<void()> timed(const std::string& kernel);
  std::vector<double> time_on_host(const std::function<void()>& run, int64_t repeats) const;
  std::vector<double> time_on_device(const std::function<void()>& run, int64_t repeats);

  DeviceStream stream_;
  int threads_;
  std::vector<at::Tensor> weights_;
  rotation::Layers layers_;
  EpochState epoch_;
  std::unique_ptr<Optimizer> optimizer_;
  int64_t total_steps_ = 0;
};

}  // namespace layer_rotation
