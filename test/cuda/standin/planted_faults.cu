// planted_faults NAME: breaks one rule of the CUDA driver, which the stand-in has to report. The tests run it.

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>

namespace {

/// A page of floats: the stand-in knows by pages which memory a kernel uses.
constexpr int kCount = 1024;

__global__ void add_one(float* numbers) { numbers[threadIdx.x] += 1; }

void run_kernel(float* numbers, cudaStream_t stream) { add_one<<<1, kCount, 0, stream>>>(numbers); }

at::Tensor numbers(int device = 0) { return at::zeros({kCount}, at::device({at::kCUDA, static_cast<int8_t>(device)})); }

/// A capture of one kernel, during which `fault` happens.
void in_capture(const std::function<void(cudaStream_t)>& fault) {
  const at::Tensor tensor = numbers();
  const c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
  C10_CUDA_CHECK(cudaDeviceSynchronize());
  C10_CUDA_CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  run_kernel(tensor.mutable_data_ptr<float>(), stream);
  fault(stream);
  cudaGraph_t graph = nullptr;
  const cudaError_t error = cudaStreamEndCapture(stream, &graph);
  std::puts(error == cudaSuccess ? "captured" : cudaGetErrorString(error));
}

/// A tensor that stream 1 uses is freed and made again on stream 0, which writes into it without waiting for stream 1.
void reused_on_another_stream(bool record) {
  const c10::cuda::CUDAStream first = c10::cuda::getStreamFromPool(), second = c10::cuda::getStreamFromPool();
  c10::cuda::CUDAStreamGuard guard(first);
  at::Tensor tensor = numbers();
  C10_CUDA_CHECK(cudaDeviceSynchronize());
  run_kernel(tensor.mutable_data_ptr<float>(), second);
  if (record) tensor.record_stream(second);
  tensor = at::Tensor();
  run_kernel(numbers().mutable_data_ptr<float>(), first);
  C10_CUDA_CHECK(cudaDeviceSynchronize());
}

void kernel_on_another_device() {
  const at::Tensor tensor = numbers(1);
  const c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool(/*isHighPriority=*/false, 1);
  const c10::cuda::CUDAGuard guard(0);
  run_kernel(tensor.mutable_data_ptr<float>(), stream);
  std::puts(cudaGetErrorString(cudaGetLastError()));
}

void freed_twice() {
  void* memory = nullptr;
  C10_CUDA_CHECK(cudaMalloc(&memory, kCount));
  C10_CUDA_CHECK(cudaFree(memory));
  cudaFree(memory);
}

const std::map<std::string, std::function<void()>> faults{
    {"none", [] { in_capture([](cudaStream_t) {}); }},
    {"synchronisationInCapture", [] { in_capture([](cudaStream_t stream) { cudaStreamSynchronize(stream); }); }},
    {"allocationInCapture",
     [] {
       in_capture([](cudaStream_t) {
         void* memory = nullptr;
         cudaMalloc(&memory, kCount);
       });
     }},
    {"memoryInfoInCapture",
     [] {
       in_capture([](cudaStream_t) {
         size_t free = 0, total = 0;
         cudaMemGetInfo(&free, &total);
       });
     }},
    {"defaultStreamInCapture", [] { in_capture([](cudaStream_t) { run_kernel(nullptr, nullptr); }); }},
    {"reusedOnAnotherStream", [] { reused_on_another_stream(/*record=*/false); }},
    {"recordedStream", [] { reused_on_another_stream(/*record=*/true); }},
    {"kernelOnAnotherDevice", kernel_on_another_device},
    {"freedTwice", freed_twice},
};

}  // namespace

int main(int count, char** arguments) {
  const auto fault = faults.find(count == 2 ? arguments[1] : "");
  if (fault == faults.end()) return 2;
  fault->second();
  return 0;
}
