#pragma once

#include <chrono>
#include <future>
#include <thread>
#include <type_traits>
#include <utility>

namespace layer_rotation {

/// Returns what `call` returns. It is made on a thread of its own, because c10d waits for ever for a process that is
/// stopped and for a host that has gone. Calls `still_waiting()` now and then, which throws to give the call up: the
/// thread then stays behind, so that `call` must own all that it uses.
template <class Call, class StillWaiting>
auto patient_call(Call call, StillWaiting still_waiting) {
  std::packaged_task<std::invoke_result_t<Call>()> task(std::move(call));
  auto result = task.get_future();
  std::thread(std::move(task)).detach();
  while (result.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) still_waiting();
  return result.get();
}

}  // namespace layer_rotation
