// The sub-commands of `mco resource`, and the words that they take.
#pragma once

#include "cli/application.hpp"
#include "core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::resource::application {

/// The words behind the sub-command, checked. Errors: invalid, saying what is missing.
Expected<std::string> type_word(const cli::Context& context, std::string_view command);
Expected<std::string> title_word(const cli::Context& context, std::string_view command);

/// Types that are named, or those that everybody has.
Expected<std::vector<std::string>> type_words(const cli::Context& context);

/// Each returns the exit code of resources §6. Errors: what is wrong with words and options, and
/// those of finding and asking nodes.
Expected<int> run_list(cli::Context& context);
Expected<int> run_show(cli::Context& context);
Expected<int> run_compare(cli::Context& context);
Expected<int> run_inspect(cli::Context& context);
Expected<int> run_find(cli::Context& context);
Expected<int> run_types(cli::Context& context);
Expected<int> run_diff(cli::Context& context);
Expected<int> run_generate(cli::Context& context);
Expected<int> run_clone(cli::Context& context);

}  // namespace mco::resource::application
