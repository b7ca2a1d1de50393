#pragma once

#include <string_view>

namespace standin {

/// Reports that the program broke a rule of the CUDA driver, in the call or kernel `where`. The report goes into the
/// journal, or to stderr if there is none.
void report_violation(std::string_view where, std::string_view why);

}  // namespace standin
