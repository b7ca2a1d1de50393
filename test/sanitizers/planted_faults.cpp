#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <napi.h>

#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "../../native/runtime/cpu_memory.h"

namespace {

constexpr int64_t kFloats = 1 << 20;  // as large as a block of BlockAllocator

/// Hides a value from the optimizer.
template <class T>
T opaque(T value) {
  volatile T hidden = value;
  return hidden;
}

void heap_overflow() {
  const auto numbers = std::make_unique<int[]>(4);
  numbers[opaque(4)] = 1;
}

void vector_overflow() {
  std::vector<int> numbers(3);
  numbers.reserve(8);
  numbers[opaque(3)] = 1;
}

void tensor_overflow() {
  const at::Tensor numbers = at::empty({kFloats});
  numbers.data_ptr<float>()[opaque(kFloats)] = 1;
}

void use_after_free() {
  auto numbers = std::make_unique<at::Tensor>(at::empty({kFloats}));
  auto* data = numbers->data_ptr<float>();
  numbers.reset();
  data[opaque(0)] = 1;
}

void integer_overflow() { opaque(opaque(std::numeric_limits<int>::max()) + opaque(1)); }

void race() {
  int count = 0;
  const auto add = [&] {
    for (int i = 0; i < 1000; ++i) count = opaque(count) + 1;
  };
  std::thread other(add);
  add();
  other.join();
}

/// Every chunk also writes the element before its own.
void overlapping_chunks() {
  std::vector<int> numbers(101);
  at::parallel_for(1, 101, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin - 1; i < end; ++i) numbers[i] = static_cast<int>(i);
  });
}

/// Does the same as the others, without a fault.
void none() {
  std::vector<int> numbers(100);
  at::parallel_for(0, 100, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) numbers[i] = static_cast<int>(i);
  });
  for (int i = 0; i < 3; ++i) at::empty({kFloats - i}).fill_(1);
}

template <void (*fault)()>
void call(const Napi::CallbackInfo&) {
  fault();
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  layer_rotation::keep_cpu_memory();
  at::set_num_threads(4);
  exports["heapOverflow"] = Napi::Function::New<call<heap_overflow>>(env);
  exports["vectorOverflow"] = Napi::Function::New<call<vector_overflow>>(env);
  exports["tensorOverflow"] = Napi::Function::New<call<tensor_overflow>>(env);
  exports["useAfterFree"] = Napi::Function::New<call<use_after_free>>(env);
  exports["integerOverflow"] = Napi::Function::New<call<integer_overflow>>(env);
  exports["race"] = Napi::Function::New<call<race>>(env);
  exports["overlappingChunks"] = Napi::Function::New<call<overlapping_chunks>>(env);
  exports["none"] = Napi::Function::New<call<none>>(env);
  return exports;
}

}  // namespace

NODE_API_MODULE(planted_faults, initialize)
