// The block that ends a call: aggregate summaries, counters, times and the nodes that are missing
// (spec 0.5, 3).
#pragma once

#include "cli/render/colour.hpp"
#include "client/outcome.hpp"
#include "core/ddl/aggregate.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

/// `summaries` come in the order given. Ends with an empty line.
std::string statistics_block(const client::Statistics& statistics,
                             const std::vector<ddl::Summary>& summaries,
                             const Palette& palette);

/// The same with all times; `caption` says what was called. Failed summaries are shown only beside
/// one that worked.
std::string verbose_statistics_block(const client::Statistics& statistics,
                                     const std::vector<ddl::Summary>& summaries,
                                     std::string_view caption,
                                     const Palette& palette);

/// The summaries alone; empty if there are none.
std::string summaries_text(const std::vector<ddl::Summary>& summaries, const Palette& palette);

/// `2031-05-04 10:11:12 +0000` in the local time zone.
std::string local_time(TimePoint time);

}  // namespace mco::render
