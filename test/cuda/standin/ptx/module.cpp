#include "module.h"

#include <cstring>
#include <mutex>
#include <optional>

#include "decoder.h"
#include "demangle.h"
#include "grid.h"
#include "module_memory.h"
#include "source.h"

namespace standin {

namespace ptx {

/// A kernel that is decoded when it is first needed.
struct LazyProgram {
  LazyProgram(std::shared_ptr<const Source> source, std::shared_ptr<const ModuleMemory> memory, const Function& kernel)
      : source(std::move(source)), memory(std::move(memory)), kernel(kernel) {}

  const std::shared_ptr<const Source> source;
  const std::shared_ptr<const ModuleMemory> memory;
  const Function& kernel;
  std::mutex mutex;
  std::optional<Program> program;
  std::optional<BlockPool> pool;
};

}  // namespace ptx

namespace {

[[noreturn]] void refuse(const std::string& text) { throw KernelFault(KernelFault::kUnsupported, text); }

ptx::LazyProgram& decoded(ptx::LazyProgram& lazy) {
  const std::lock_guard lock(lazy.mutex);
  if (!lazy.program) {
    try {
      lazy.program = ptx::Decoder(*lazy.source, lazy.memory).decode(lazy.kernel);
    } catch (const ptx::Unsupported& error) {
      refuse("kernel " + ptx::demangled(lazy.kernel.name) + ": " + error.what());
    }
    lazy.pool.emplace(*lazy.program);
  }
  return lazy;
}

}  // namespace

std::function<void()> PtxKernel::bind(void* const* arguments, const Grid& grid) const {
  const ptx::Program& program = *decoded(*program_).program;
  if (grid.threads == 0 || grid.threads > 1024 || (program.max_threads != 0 && grid.threads > program.max_threads)) {
    refuse("kernel " + ptx::demangled(program.name) + ": a block of " + std::to_string(grid.threads) +
           " threads, of which " + std::to_string(program.max_threads == 0 ? 1024 : program.max_threads) +
           " are the most");
  }
  std::vector<char> parameters(program.parameter_bytes);
  for (size_t k = 0; k < program.parameters.size(); ++k) {
    std::memcpy(parameters.data() + program.parameters[k].offset, arguments[k], program.parameters[k].size);
  }
  return
      [lazy = program_, parameters = std::move(parameters), grid] { run_grid(parameters.data(), grid, *lazy->pool); };
}

void PtxKernel::decode() const { decoded(*program_); }

struct PtxModule::Entries {
  std::map<std::string, PtxKernel, std::less<>> kernels;
};

PtxModule::PtxModule(std::string_view text) : entries_(std::make_unique<Entries>()) {
  try {
    const auto source = std::make_shared<const ptx::Source>(ptx::parse(text));
    const auto memory = std::make_shared<const ptx::ModuleMemory>(*source);
    for (const auto& [name, function] : source->functions) {
      if (!function.is_entry || !function.has_body) continue;
      entries_->kernels.emplace(name, PtxKernel(std::make_shared<ptx::LazyProgram>(source, memory, function)));
    }
  } catch (const KernelFault&) {
    throw;
  } catch (const std::exception& error) {
    refuse(std::string("this is not PTX: ") + error.what());
  }
}

PtxModule::~PtxModule() = default;
PtxModule::PtxModule(PtxModule&&) noexcept = default;
PtxModule& PtxModule::operator=(PtxModule&&) noexcept = default;

const PtxKernel* PtxModule::find(std::string_view mangled) const {
  const auto found = entries_->kernels.find(mangled);
  return found == entries_->kernels.end() ? nullptr : &found->second;
}

std::vector<std::string> PtxModule::names() const {
  std::vector<std::string> names;
  for (const auto& [name, kernel] : entries_->kernels) names.push_back(name);
  return names;
}

}  // namespace standin
