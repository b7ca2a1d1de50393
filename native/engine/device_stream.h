#pragma once

#include <c10/core/AutogradState.h>
#include <c10/core/StreamGuard.h>

#include <optional>

#include "../model/compute.h"

namespace layer_rotation {

/// A device, and on CUDA devices a stream of its own, so that trainers beside each other do not wait for each other.
class DeviceStream {
 public:
  explicit DeviceStream(at::Device device);

  at::Device device() const { return device_; }

  /// While it lives, what its thread does happens on the stream, computed as the spec says, and a backward pass runs on
  /// the thread that calls it: one thread owns all of a step that is captured as a CUDA graph.
  class Use {
   public:
    Use(const std::optional<c10::Stream>& stream, const ComputeSpec& compute);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    c10::OptionalStreamGuard guard_;
    bool had_multithreading_;
  };
  Use use(const ComputeSpec& compute) const { return Use(stream_, compute); }

 private:
  at::Device device_;
  std::optional<c10::Stream> stream_;
};

}  // namespace layer_rotation
