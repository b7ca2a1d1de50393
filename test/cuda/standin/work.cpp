#include "work.h"

#include "allocations.h"
#include "device.h"
#include "ptx/module.h"
#include "violation.h"

namespace standin {
namespace {

/// The error that a driver gives for a fault. A device does not notice a race, nor a barrier that some threads miss,
/// but the kernel has not been finished here.
cudaError_t error_of(KernelFault::Kind kind) {
  switch (kind) {
    case KernelFault::kIllegalAddress: return cudaErrorIllegalAddress;
    case KernelFault::kMisaligned: return cudaErrorMisalignedAddress;
    default: return cudaErrorLaunchFailure;
  }
}

}  // namespace

void perform(const Work& work, const Moment& moment, int device) {
  if (!work.run) return;
  const WorkingAt here(moment, work.name.c_str());
  try {
    work.run();
  } catch (const KernelFault& fault) {
    report_violation("kernel", fault.what());
    lose_device(device, error_of(fault.kind));
  }
}

}  // namespace standin
