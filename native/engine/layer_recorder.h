#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../optimizer/optimizer.h"
#include "../rotation/layers.h"
#include "../rotation/reference.h"
#include "epoch_request.h"
#include "layer_records.h"

namespace layer_rotation {

/// Records the layers after the steps that an epoch's request names, and keeps the references that rotation can be
/// measured from. The layers must outlive it.
class LayerRecorder {
 public:
  explicit LayerRecorder(const rotation::Layers& layers) : layers_(layers) {}

  /// Keeps a copy of `weights`, one tensor a layer, under a name that requests can use.
  void set_reference(const std::string& name, const std::vector<at::Tensor>& weights);
  /// Throws Error INVALID_CONFIG, which begins with the argument's `path`, if no reference has the name.
  const rotation::Reference& reference(const std::string& name, const char* path) const;
  /// Bytes held by the references.
  int64_t memory() const;

  /// Begins an epoch. The request must live until end_epoch(). Throws Error INVALID_CONFIG if it names a reference that
  /// does not exist.
  void begin_epoch(const RecordRequest& request);
  /// Returns whether the request names this step, the one that follows the last recorded one.
  bool wants(int64_t step) const;
  /// Called before and after each step that is recorded.
  void before_step();
  void after_step(int64_t step);
  /// The records of the epoch's first `steps` steps, those of the optimizer included. Waits for the device.
  LayerRecords end_epoch(int64_t steps, Optimizer& optimizer);

 private:
  void forget_from(int64_t step);

  const rotation::Layers& layers_;
  std::map<std::string, rotation::Reference> references_;
  const RecordRequest* request_ = nullptr;     ///< of the running epoch
  std::optional<rotation::Reference> before_;  ///< the weights before the step, if a record needs them
  LayerRecords records_;
};

}  // namespace layer_rotation
