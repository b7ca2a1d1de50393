#include "device_stream.h"

#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <map>
#include <vector>

namespace layer_rotation {
namespace {

/// The number of streams that LibTorch has for a device; after that it returns the first one again.
constexpr size_t kStreams = 32;

std::mutex& streams_in_use() {
  static std::mutex& mutex = *new std::mutex;  // never destroyed: threads may still compute while the process ends
  return mutex;
}

}  // namespace

DeviceStream::DeviceStream(at::Device device) : device_(device) {
  if (!device.is_cuda()) return;
  const std::lock_guard lock(streams_in_use());
  stream_ = least_shared(device);
  is_shared_ = stream_.use_count() > 2;  // least_shared() and this object hold one each
}

std::shared_ptr<DeviceStream::Shared> DeviceStream::least_shared(at::Device device) {
  static auto& streams = *new std::map<c10::DeviceIndex, std::vector<std::shared_ptr<Shared>>>;
  std::vector<std::shared_ptr<Shared>>& own = streams[device.index()];
  const auto fewer = [](const auto& one, const auto& other) { return one.use_count() < other.use_count(); };
  const auto least = std::min_element(own.begin(), own.end(), fewer);
  const bool is_free = least != own.end() && least->use_count() == 1;
  if (is_free || own.size() == kStreams) return *least;
  const c10::impl::VirtualGuardImpl guard(device.type());
  own.emplace_back(new Shared{guard.getStreamFromGlobalPool(device), {}});
  return own.back();
}

DeviceStream::Use::Use(Shared* stream, const ComputeSpec& compute)
    : had_multithreading_(c10::AutogradState::get_tls_state().get_multithreading_enabled()) {
  if (stream == nullptr) return;
  in_use_ = std::unique_lock(stream->in_use);
  settings_.emplace(compute);
  guard_.reset_stream(stream->stream);
  c10::AutogradState::get_tls_state().set_multithreading_enabled(false);
}

DeviceStream::Use::~Use() { c10::AutogradState::get_tls_state().set_multithreading_enabled(had_multithreading_); }

}  // namespace layer_rotation
