#include "libtorch_check.h"

#include <link.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "../libtorch_version.h"

namespace layer_rotation {
namespace {

namespace fs = std::filesystem;

/// Reads the layout of TORCH_ABI_VERSION: major, minor and patch in the three highest bytes.
std::string version_text(uint64_t version) {
  const auto byte = [version](int index) { return std::to_string((version >> (8 * index)) & 0xff); };
  return byte(7) + "." + byte(6) + "." + byte(5);
}

std::vector<fs::path> loaded_libtorch_libraries() {
  std::vector<fs::path> libraries;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* found) {
        const fs::path path(info->dlpi_name);
        const std::string name = path.filename().string();
        if (name.starts_with("libtorch") || name.starts_with("libc10")) {
          static_cast<std::vector<fs::path>*>(found)->push_back(path);
        }
        return 0;
      },
      &libraries);
  return libraries;
}

}  // namespace

std::string built_libtorch_version() { return version_text(TORCH_ABI_VERSION); }

std::string loaded_libtorch_version() { return version_text(aoti_torch_abi_version()); }

std::string libtorch_mismatch() {
  const std::string way_out = "; `npx layer-rotation build` builds the addon against the LibTorch that it finds";
  const fs::path expected = fs::path(LAYER_ROTATION_LIBTORCH_FOLDER) / "lib";
  for (const fs::path& library : loaded_libtorch_libraries()) {
    std::error_code error;
    if (!fs::equivalent(library.parent_path(), expected, error)) {
      return "this process has loaded " + library.string() + ", but the addon was built against the LibTorch in " +
             expected.string() +
             ", and two LibTorches in one process crash: look for another package that loads LibTorch, and at "
             "LD_LIBRARY_PATH and LD_PRELOAD" +
             way_out;
    }
  }
  if (loaded_libtorch_version() != built_libtorch_version()) {
    return "the addon was built against LibTorch " + built_libtorch_version() + ", but " + expected.string() +
           " now holds " + loaded_libtorch_version() + way_out;
  }
  return "";
}

}  // namespace layer_rotation
