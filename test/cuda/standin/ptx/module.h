#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace standin {

namespace ptx {
struct LazyProgram;
}

/// The size of a launch: blocks and threads in one dimension, bytes of dynamic shared memory a block.
struct Grid {
  unsigned blocks;
  unsigned threads;
  size_t dynamic_shared;
};

/// A kernel did what a device would punish or leave undefined, or it has an instruction that the interpreter does not
/// know. The text names the kernel, the block, the thread, the instruction and the reason.
struct KernelFault : std::runtime_error {
  enum Kind {
    kIllegalAddress,  ///< an access outside of every allocation
    kMisaligned,      ///< an access that is not aligned to its whole size
    kRace,            ///< two threads meet in memory without a barrier between them
    kUninitialised,   ///< a read of shared memory that no thread has written
    kBarrier,         ///< a barrier or a shuffle that not all of its threads reach
    kUnsupported,     ///< an instruction or a form of it that is not implemented
  };
  KernelFault(Kind k, const std::string& text) : std::runtime_error(text), kind(k) {}
  Kind kind;
};

/// An entry of a module. Copies share their decoded form, which is made when the kernel is first bound.
class PtxKernel {
 public:
  explicit PtxKernel(std::shared_ptr<ptx::LazyProgram> program) : program_(std::move(program)) {}

  /// Copies the arguments, as a launch does; the returned work runs the grid and throws KernelFault.
  std::function<void()> bind(void* const* arguments, const Grid& grid) const;

  /// Decodes the kernel, which bind() does otherwise. Throws KernelFault for an instruction that is not supported.
  void decode() const;

 private:
  std::shared_ptr<ptx::LazyProgram> program_;
};

/// The kernels of one PTX text.
class PtxModule {
 public:
  /// Throws KernelFault (kUnsupported) where the text is not PTX.
  explicit PtxModule(std::string_view text);
  ~PtxModule();
  PtxModule(PtxModule&&) noexcept;
  PtxModule& operator=(PtxModule&&) noexcept;

  /// The kernel of a mangled name, which lives as long as the module, or nullptr.
  const PtxKernel* find(std::string_view mangled) const;

  /// The mangled names of all kernels.
  std::vector<std::string> names() const;

 private:
  struct Entries;
  std::unique_ptr<Entries> entries_;
};

/// The plain PTX texts in a fat binary as it is passed to __cudaRegisterFatBinary. Compressed entries are skipped: the
/// addon has to be built for a virtual architecture with --no-compress.
std::vector<std::string> ptx_of_fatbin(const void* fatbin);

}  // namespace standin
