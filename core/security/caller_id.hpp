// The syntax of caller ids (protocol §4.2), the same for every provider.
#pragma once

#include <string_view>

namespace mco::security {

/// True for `KIND=NAME` as a whole: ASCII letters, digits and `_`, then the same with `.` and `-`;
/// at most 255 bytes. The names `.` and `..` are refused, because caller ids become parts of file
/// names.
bool valid_caller_id(std::string_view id);

}  // namespace mco::security
