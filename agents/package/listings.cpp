#include "agents/package/listings.hpp"

#include "agents/package/lines.hpp"

#include <algorithm>
#include <cstddef>

namespace mco::package {
namespace {

/// `text` behind `mark`, which it begins with; empty if it does not.
std::string_view behind(std::string_view text, std::string_view mark) {
    return text.starts_with(mark) ? text.substr(mark.size()) : std::string_view();
}

/// Columns of a table, counted from 0.
struct TableColumns {
    std::size_t package, version, repo;
};

std::vector<Available> read_table(std::string_view text, TableColumns columns) {
    constexpr std::string_view head = "S";
    const auto widest = std::max({columns.package, columns.version, columns.repo});
    std::vector<Available> items;
    for (const auto line : lines_of(text)) {
        const auto cells = columns_of(line, '|');
        if (cells.size() > widest && cells[0] != head)
            items.push_back({std::string(cells[columns.package]),
                             std::string(cells[columns.version]),
                             std::string(cells[columns.repo])});
    }
    return items;
}

}  // namespace

Array to_list(const std::vector<Available>& items) {
    Array list;
    for (const auto& item : items)
        list.push_back(
            Map{{"package", item.package}, {"version", item.version}, {"repo", item.repo}});
    return list;
}

std::vector<Available> read_apt_upgrades(std::string_view text) {
    std::vector<Available> items;
    for (const auto line : lines_of(text)) {
        const auto rest = behind(line, "Inst ");
        const auto old = rest.find(" [");
        const auto found = rest.find("] (", std::min(old, rest.size()));
        const auto end = rest.find(')', std::min(found, rest.size()));
        if (old == std::string_view::npos || end == std::string_view::npos ||
            rest.find(' ') != old)  // a package that is new has only the parentheses
            continue;
        const auto offer = rest.substr(found + 3, end - found - 3);
        const auto blank = std::min(offer.find(' '), offer.size());
        items.push_back({std::string(rest.substr(0, old)),
                         std::string(offer.substr(0, blank)),
                         std::string(trimmed(offer.substr(blank)))});
    }
    return items;
}

std::vector<Available> read_madison(std::string_view text) {
    std::vector<Available> items;
    for (const auto line : lines_of(text)) {
        const auto cells = columns_of(line, '|');
        constexpr std::string_view packages = " Packages";
        if (cells.size() == 3 && cells[2].ends_with(packages))
            items.push_back({std::string(cells[0]),
                             std::string(cells[1]),
                             std::string(cells[2].substr(0, cells[2].size() - packages.size()))});
    }
    return items;
}

std::vector<Available> read_yum(std::string_view text) {
    std::vector<Available> items;
    std::vector<std::string_view> row;
    for (const auto line : lines_of(text)) {
        if (line.starts_with("Obsoleting Packages"))
            break;
        // a row goes on in a line that begins with blanks
        if (!line.starts_with(' ') && !line.starts_with('\t'))
            row.clear();
        for (const auto word : words_of(line))
            row.push_back(word);
        if (row.size() == 3)
            items.push_back({std::string(row[0]), std::string(row[1]), std::string(row[2])});
    }
    return items;
}

std::vector<Available> read_zypper_updates(std::string_view text) {
    return read_table(text, {2, 4, 1});
}

std::vector<Available> read_zypper_search(std::string_view text) {
    return read_table(text, {1, 3, 5});
}

}  // namespace mco::package
