#pragma once

#include <string_view>

namespace standin {

/// Appends a line to the file that LAYER_ROTATION_STANDIN_JOURNAL names: the process, the kind of entry and its text,
/// separated by tabs. Returns false if there is no such file.
bool write_journal(std::string_view kind, std::string_view text);

}  // namespace standin
