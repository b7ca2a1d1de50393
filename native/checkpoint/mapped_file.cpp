#include "mapped_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <vector>

#include "../error.h"

namespace layer_rotation::checkpoint {
namespace {

/// A mapped stretch of memory, as the signal handler sees it; free while `begin` is 0.
struct Mapping {
  std::atomic<uintptr_t> begin{0};
  std::atomic<uintptr_t> end{0};
  std::atomic<bool> lost{false};
};

/// The most files that are mapped at once: more than three checkpoints have, in some hundred parts each.
constexpr size_t kMostMappings = 4096;

std::array<Mapping, kMostMappings> mappings;
std::mutex mappings_mutex;  // for changes; the handler takes no lock
struct sigaction earlier_action;
uintptr_t page_size;

/// Puts a page of zeros in place of one of a mapping that cannot be read. It calls nothing that a signal handler must
/// not call.
void handle_bus_error(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  for (Mapping& mapping : mappings) {
    const uintptr_t begin = mapping.begin.load(std::memory_order_acquire);
    if (begin == 0 || address < begin || address >= mapping.end.load(std::memory_order_relaxed)) continue;
    mapping.lost.store(true, std::memory_order_relaxed);
    const int saved = errno;
    void* page = reinterpret_cast<void*>(address / page_size * page_size);
    const void* replaced = mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    errno = saved;
    if (replaced != MAP_FAILED) return;
    break;
  }
  if ((earlier_action.sa_flags & SA_SIGINFO) != 0) return earlier_action.sa_sigaction(signal, info, context);
  if (earlier_action.sa_handler != SIG_DFL && earlier_action.sa_handler != SIG_IGN) {
    return earlier_action.sa_handler(signal);
  }
  // The same access, made again after this return, then ends the process as without a handler.
  sigaction(signal, &earlier_action, nullptr);
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = handle_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &earlier_action);
  });
}

size_t register_mapping(const void* data, int64_t size) {
  const std::lock_guard lock(mappings_mutex);
  for (size_t slot = 0; slot < mappings.size(); ++slot) {
    Mapping& mapping = mappings[slot];
    if (mapping.begin.load(std::memory_order_relaxed) != 0) continue;
    const auto begin = reinterpret_cast<uintptr_t>(data);
    mapping.lost.store(false, std::memory_order_relaxed);
    mapping.end.store(begin + static_cast<uintptr_t>(size), std::memory_order_relaxed);
    mapping.begin.store(begin, std::memory_order_release);
    return slot;
  }
  return kMostMappings;
}

void forget_mapping(size_t slot) {
  const std::lock_guard lock(mappings_mutex);
  mappings[slot].begin.store(0, std::memory_order_release);
}

[[noreturn]] void fail(const std::string& path, int error) {
  throw Error("READ_FAILED", path + " could not be read: " + std::strerror(error));
}

/// The share of a file's pages that the page cache holds; 1 if the system does not tell.
double cached_share(void* data, size_t size) {
  std::vector<unsigned char> pages((size + page_size - 1) / page_size);
  if (mincore(data, size, pages.data()) != 0) return 1;
  const auto cached = std::count_if(pages.begin(), pages.end(), [](unsigned char page) { return (page & 1) != 0; });
  return static_cast<double>(cached) / static_cast<double>(pages.size());
}

/// Asks for large reads, and for pages of 2 MiB in place of 4 KiB. This is advice only: the same bytes are read
/// without.
void advise(int descriptor, void* data, size_t size) {
  // The few pages of a file whose beginnings of tensors alone were read would keep the kernel from reading those
  // around them as large pages, and later uses would pay for that too.
  constexpr double kFew = 0.1;
  if (cached_share(data, size) < kFew) posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  madvise(data, size, MADV_SEQUENTIAL);
  madvise(data, size, MADV_HUGEPAGE);
}

/// Closes a file descriptor at the end of its scope: a mapping does not need it.
struct OpenFile {
  int descriptor;
  ~OpenFile() { close(descriptor); }
};

}  // namespace

MappedFile::MappedFile(const std::string& path, int64_t size) : path_(path), size_(size) {
  install_handler();
  // Opening a pipe must not wait for a writer.
  const OpenFile file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (file.descriptor < 0) fail(path, errno);
  struct stat found;
  if (fstat(file.descriptor, &found) != 0) fail(path, errno);
  if (!S_ISREG(found.st_mode) || found.st_size < size) {
    throw Error("INVALID_FILE", path + " has changed while it was read: it has " + std::to_string(found.st_size) +
                                    " bytes; expected at least " + std::to_string(size));
  }
  if (size == 0) {
    slot_ = kMostMappings;
    return;
  }
  void* data = mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_SHARED, file.descriptor, 0);
  if (data == MAP_FAILED) fail(path, errno);
  slot_ = register_mapping(data, size);
  if (slot_ == kMostMappings) {
    munmap(data, static_cast<size_t>(size));
    throw Error("READ_FAILED", path + " could not be read: " + std::to_string(kMostMappings) +
                                   " files are open; expected fewer parts of a checkpoint");
  }
  advise(file.descriptor, data, static_cast<size_t>(size));
  data_ = static_cast<const std::byte*>(data);
}

MappedFile::~MappedFile() {
  if (data_ == nullptr) return;
  forget_mapping(slot_);
  munmap(const_cast<std::byte*>(data_), static_cast<size_t>(size_));
}

bool MappedFile::is_lost() const { return data_ != nullptr && mappings[slot_].lost.load(std::memory_order_relaxed); }

}  // namespace layer_rotation::checkpoint
