#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace layer_rotation::checkpoint {

/// A file in memory, read-only, whose pages are read when they are used. Reading stays safe if another process shortens
/// the file meanwhile or the disk fails, for which the kernel would end the process: zeros stand in place of such
/// pages, and `is_lost()` tells.
class MappedFile {
 public:
  /// Throws Error READ_FAILED if the system refuses, INVALID_FILE if the file has less than `size` bytes.
  MappedFile(const std::string& path, int64_t size);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::string& path() const { return path_; }
  const std::byte* data() const { return data_; }
  /// True once a page could not be read: nothing that was calculated from the file counts.
  bool is_lost() const;

 private:
  std::string path_;
  const std::byte* data_ = nullptr;
  int64_t size_;
  size_t slot_;  ///< its place in the table of the signal handler
};

}  // namespace layer_rotation::checkpoint
