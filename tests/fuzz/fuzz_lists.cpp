// Lists of nodes that others write: text, JSON, inventories, and rows that arrive in pieces.
// Whatever is accepted holds names of nodes only, and does not depend on where the pieces were cut.
#include "client/sources/inventory_file.hpp"
#include "client/sources/json_rows.hpp"
#include "client/sources/names.hpp"
#include "core/config/literals.hpp"
#include "core/serializer/json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mco;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void check_names(const Expected<client::NameList>& list) {
    if (!list)
        return;
    for (const auto& name : list->names())
        require(config::is_identity(name));
}

/// The rows, and whether all of it was understood.
std::pair<std::vector<Value>, bool> rows_of(std::string_view text, std::size_t piece) {
    std::vector<Value> seen;
    client::JsonRows rows([&seen](const Value& row) -> Expected<void> {
        seen.push_back(row);
        return {};
    });
    for (std::size_t at = 0; at < text.size(); at += piece)
        if (!rows.feed(text.substr(at, piece)))
            return {std::move(seen), false};
    return {std::move(seen), rows.finish().has_value()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_names(client::names_in_text(text, "fuzz"));
    check_names(client::names_in_json(text, "fuzz"));
    const auto whole = rows_of(text, text.size() + 1);
    require(rows_of(text, 1) == whole);
    if (whole.second)
        require(serializer::decode_json(text) == Value(whole.first));
    if (const auto inventory = client::read_inventory(text, "fuzz"))
        for (const auto& node : inventory->nodes)
            require(config::is_identity(node.name));
    return 0;
}
