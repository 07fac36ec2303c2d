#include "agents/package/dpkg.hpp"

#include "agents/package/lines.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace mco::package {
namespace {

constexpr char field_end = '\t';

/// The states in which files of a package may be there, but not as they should be.
constexpr std::array<std::string_view, 4> unfinished = {"config-files",
                                                        "half-installed",
                                                        "unpacked",
                                                        "half-configured"};

/// `want error status`, name, version, architecture.
std::optional<PackageState> state_of(std::string_view line) {
    const auto fields = columns_of(line, field_end);
    constexpr std::size_t count = 4;
    const auto words = fields.size() == count ? words_of(fields[0]) : fields;
    if (fields.size() != count || words.size() != 3)
        return std::nullopt;
    PackageState state;
    state.desired = words[0];
    state.error = words[1];
    state.status = words[2];
    state.name = fields[1];
    state.provider = "apt";
    state.mark = state.desired == "hold" ? "hold" : "none";
    state.ensure = fields[2];
    if (state.status == "not-installed")
        state.ensure = "purged";
    else if (std::find(unfinished.begin(), unfinished.end(), state.status) != unfinished.end())
        state.ensure = "absent";
    if (!state.is_present())
        return state;
    state.arch = fields[3];
    split_version(state);
    return state;
}

}  // namespace

std::vector<std::string> dpkg_question(const std::string& name) {
    return {"dpkg-query",
            "--show",
            "--showformat=${Status}\\t${Package}\\t${Version}\\t${Architecture}\\n",
            "--",
            name};
}

Expected<PackageState> read_dpkg_answer(const system::Finished& answer, const std::string& name) {
    constexpr int not_found = 1;
    if (answer.exit_code != 0 && answer.exit_code != not_found)
        return fail(Errc::io, "dpkg-query: " + std::string(trimmed(answer.err)));
    std::optional<PackageState> found;
    for (const auto line : lines_of(answer.out)) {
        auto state = state_of(line);
        if (state && (!found || (!found->is_present() && state->is_present())))
            found = std::move(state);
    }
    return found ? *std::move(found) : missing_package(name);
}

std::vector<std::string_view> installed_lines(std::string_view list) {
    auto lines = lines_of(list);
    std::erase_if(lines, [](std::string_view line) { return !line.starts_with("ii"); });
    return lines;
}

}  // namespace mco::package
