#pragma once

#include <c10/core/AutogradState.h>
#include <c10/core/StreamGuard.h>

#include <memory>
#include <mutex>
#include <optional>

#include "../device/compute.h"
#include "product_settings.h"

namespace layer_rotation {

/// A device, and on CUDA devices a stream, so that trainers that run at the same time do not wait for each other. A
/// device has 32 streams; if more trainers live at once, some share a stream and take turns.
class DeviceStream {
 public:
  explicit DeviceStream(at::Device device);

  at::Device device() const { return device_; }
  /// Returns whether the stream was already in use when this was made.
  bool is_shared() const { return is_shared_; }

  /// A guard. While it lives, its thread works on the stream and computes as the spec says, and a backward pass runs on
  /// the thread that calls it: a single thread owns all of a step that is captured as a CUDA graph. A thread holds at
  /// most one at a time.
  class Use;
  Use use(const ComputeSpec& compute) const;

 private:
  struct Shared {
    c10::Stream stream;
    std::mutex in_use;
  };
  static std::shared_ptr<Shared> least_shared(at::Device device);

  at::Device device_;
  std::shared_ptr<Shared> stream_;  ///< null on the CPU
  bool is_shared_ = false;
};

class DeviceStream::Use {
 public:
  Use(Shared* stream, const ComputeSpec& compute);
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  std::unique_lock<std::mutex> in_use_;
  std::optional<ProductSettings> settings_;
  c10::OptionalStreamGuard guard_;
  bool had_multithreading_;
};

inline DeviceStream::Use DeviceStream::use(const ComputeSpec& compute) const { return Use(stream_.get(), compute); }

}  // namespace layer_rotation
