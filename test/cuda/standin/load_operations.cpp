#include "load_operations.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "settings.h"

namespace standin {
namespace {

/// The folder of this library.
std::filesystem::path own_folder() {
  Dl_info info{};
  dladdr(reinterpret_cast<void*>(&load_operations), &info);
  return std::filesystem::path(info.dli_fname).parent_path();
}

}  // namespace

void load_operations() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (!settings().computes) return;
    if (dlopen((own_folder() / "libstandin_operations.so").c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return;
    std::fprintf(stderr, "stand-in: %s\n", dlerror());
    std::abort();
  });
}

}  // namespace standin
