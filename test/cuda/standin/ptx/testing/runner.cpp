// Runs a kernel of a PTX text for a test, or decodes all of its kernels:
//
//     runner FILE KERNEL BLOCKS THREADS SHARED [ARGUMENT …]
//     runner FILE
//
// The file is a text, or a fat binary whose first text is taken.
//
// An argument consists of parts with commas between, which follow each other in memory: `bytes:HEX`, or `file:PATH` or
// `file:PATH+OFFSET`, the address of device memory with the contents of a file, which are written back at the end. A
// fault ends the program with status 1 and a line: the kind of the fault and its text.

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "../../device_memory.h"
#include "../module.h"

namespace {

/// The contents of a file in memory of its own.
struct Buffer {
  std::string path;
  std::vector<char> memory;
};

std::vector<std::unique_ptr<Buffer>>& buffers() {
  static std::vector<std::unique_ptr<Buffer>> all;
  return all;
}

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The bytes of a part of an argument.
std::vector<char> part(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string form = text.substr(0, colon), value = text.substr(colon + 1);
  if (form == "bytes") {
    std::vector<char> bytes;
    for (size_t k = 0; k + 1 < value.size(); k += 2) {
      bytes.push_back(static_cast<char>(std::stoi(value.substr(k, 2), nullptr, 16)));
    }
    return bytes;
  }
  if (form != "file") throw std::runtime_error("\"" + text + "\" is no argument");
  const size_t plus = value.find('+');
  const std::string path = value.substr(0, plus);
  const std::string contents = contents_of(path);
  buffers().push_back(std::make_unique<Buffer>(Buffer{path, {contents.begin(), contents.end()}}));
  const char* address =
      buffers().back()->memory.data() + (plus == std::string::npos ? 0 : std::stoul(value.substr(plus + 1)));
  std::vector<char> bytes(sizeof address);
  std::memcpy(bytes.data(), &address, sizeof address);
  return bytes;
}

std::vector<char> argument(const std::string& text) {
  std::vector<char> bytes;
  std::istringstream parts(text);
  for (std::string one; std::getline(parts, one, ',');) {
    const std::vector<char> more = part(one);
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  return bytes;
}

const char* name_of(standin::KernelFault::Kind kind) {
  using standin::KernelFault;
  switch (kind) {
    case KernelFault::kIllegalAddress: return "illegal-address";
    case KernelFault::kMisaligned: return "misaligned";
    case KernelFault::kRace: return "race";
    case KernelFault::kUninitialised: return "uninitialised";
    case KernelFault::kBarrier: return "barrier";
    case KernelFault::kUnsupported: return "unsupported";
  }
  return "unknown";
}

/// A text, also where it is in a fat binary.
std::string text_of(const std::string& contents) {
  if (contents.find(".version") == 0 || contents.find("//") == 0) return contents;
  // The code that nvcc makes of a host program registers it in this way.
  const struct {
    uint32_t magic = 0x466243b1;
    uint32_t version = 1;
    const void* data;
    const void* file = nullptr;
  } wrapper{.data = contents.data()};
  const std::vector<std::string> texts = standin::ptx_of_fatbin(&wrapper);
  if (texts.empty()) throw std::runtime_error("no text in this fat binary");
  return texts.front();
}

void run(const std::vector<std::string>& words) {
  if (words.size() != 1 && words.size() < 5) {
    throw std::runtime_error("runner FILE [KERNEL BLOCKS THREADS SHARED [ARGUMENT …]]");
  }
  const standin::PtxModule module(text_of(contents_of(words[0])));
  if (words.size() == 1) {
    for (const std::string& name : module.names()) module.find(name)->decode();
    return;
  }
  const standin::PtxKernel* kernel = module.find(words[1]);
  if (!kernel) throw std::runtime_error("no kernel " + words[1]);
  const standin::Grid grid{static_cast<unsigned>(std::stoul(words[2])), static_cast<unsigned>(std::stoul(words[3])),
                           std::stoul(words[4])};
  std::vector<std::vector<char>> bytes;
  for (size_t k = 5; k < words.size(); ++k) bytes.push_back(argument(words[k]));
  std::vector<void*> arguments;
  for (auto& argument : bytes) arguments.push_back(argument.data());
  kernel->bind(arguments.data(), grid)();
  for (const auto& buffer : buffers()) {
    std::ofstream(buffer->path, std::ios::binary)
        .write(buffer->memory.data(), static_cast<std::streamsize>(buffer->memory.size()));
  }
}

}  // namespace

bool standin::is_device_memory(const void* address, size_t bytes) {
  const auto* begin = static_cast<const char*>(address);
  for (const auto& buffer : buffers()) {
    const char* memory = buffer->memory.data();
    if (begin >= memory && begin + bytes <= memory + buffer->memory.size()) return true;
  }
  return false;
}

int main(int count, char** words) {
  try {
    run({words + 1, words + count});
    return 0;
  } catch (const standin::KernelFault& fault) {
    std::cout << name_of(fault.kind) << ' ' << fault.what() << '\n';
    return 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
