#include <cstdint>
#include <cstring>

#include "module.h"

namespace standin {

namespace {

/// The argument of __cudaRegisterFatBinary.
struct Wrapper {
  static constexpr uint32_t kMagic = 0x466243b1;
  uint32_t magic;
  uint32_t version;
  const void* data;
  void* file_name;
};

struct Header {
  static constexpr uint32_t kMagic = 0xba55ed50;
  uint32_t magic;
  uint16_t version;
  uint16_t header_bytes;
  uint64_t bytes;  ///< of all entries after the header
};

struct Entry {
  static constexpr uint16_t kPtx = 1;
  static constexpr uint64_t kCompressed = 0x2000 | 0x8000;  // by LZ4 or Zstandard
  uint16_t kind;
  uint16_t version;
  uint32_t header_bytes;
  uint64_t bytes;
  uint32_t compressed_bytes;
  uint32_t options_offset;
  uint16_t minor;
  uint16_t major;
  uint32_t architecture;
  uint32_t name_offset;
  uint32_t name_bytes;
  uint64_t flags;
  uint64_t reserved;
  uint64_t decompressed_bytes;
};
static_assert(sizeof(Header) == 16 && sizeof(Entry) == 64);

template <class T>
T read(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

std::vector<std::string> ptx_of_fatbin(const void* fatbin) {
  std::vector<std::string> texts;
  const auto wrapper = read<Wrapper>(static_cast<const char*>(fatbin));
  if (wrapper.magic != Wrapper::kMagic || !wrapper.data) return texts;
  const char* at = static_cast<const char*>(wrapper.data);
  const auto header = read<Header>(at);
  if (header.magic != Header::kMagic) return texts;
  at += header.header_bytes;
  const char* const end = at + header.bytes;
  while (at + sizeof(Entry) <= end) {
    const auto entry = read<Entry>(at);
    if (entry.kind == Entry::kPtx && (entry.flags & Entry::kCompressed) == 0) {
      std::string text(at + entry.header_bytes, entry.bytes);
      // The text ends with zeros.
      text.resize(text.find_last_not_of('\0') + 1);
      texts.push_back(std::move(text));
    }
    at += entry.header_bytes + entry.bytes;
  }
  return texts;
}

}  // namespace standin
