// The methods themselves; source.hpp says what they return. Internal to client/sources.
#pragma once

#include "client/sources/source.hpp"

namespace mco::client {

/// The first option is the path of a text file with a name a line (spec 4.2).
Expected<std::vector<std::string>> find_in_flatfile(const SourceQuery& query,
                                                    SourceContext& context);

/// Names on standard input; the first option is auto (usual), json or text (spec 4.3).
Expected<std::vector<std::string>> find_in_stdin(const SourceQuery& query, SourceContext& context);

}  // namespace mco::client
