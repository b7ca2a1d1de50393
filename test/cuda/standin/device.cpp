#include "device.h"

#include <map>
#include <string>

#include "journal.h"
#include "violation.h"

namespace standin {
namespace {

thread_local int current = 0;
thread_local cudaError_t last = cudaSuccess;

std::map<int, cudaError_t>& losses() {
  static auto& losses = *new std::map<int, cudaError_t>;
  return losses;
}

}  // namespace

std::recursive_mutex& state_mutex() {
  static auto& mutex = *new std::recursive_mutex;  // never destroyed: threads may still compute while the process ends
  return mutex;
}

int current_device() { return current; }
void choose_device(int device) { current = device; }

cudaError_t fail(cudaError_t error, std::string_view call, std::string_view why) {
  last = error;
  write_journal("error", std::to_string(error) + " from " + std::string(call) + ": " + std::string(why));
  return error;
}

cudaError_t refuse(cudaError_t error, std::string_view call, std::string_view why) {
  report_violation(call, why);
  return fail(error, call, why);
}

void lose_device(int device, cudaError_t error) {
  LAYER_ROTATION_STANDIN_LOCK;
  losses().try_emplace(device, error);
}

cudaError_t loss_of_device() {
  LAYER_ROTATION_STANDIN_LOCK;
  const auto found = losses().find(current);
  return found == losses().end() ? cudaSuccess : found->second;
}

cudaError_t last_error() {
  const cudaError_t loss = loss_of_device();
  return loss == cudaSuccess ? last : loss;
}
void clear_last_error() { last = cudaSuccess; }

}  // namespace standin
