// Data plug-in: a fact, or what a dotted path finds inside a structured one (protocol §12.8).
#include "agents/agent.hpp"
#include "core/serializer/json.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>

namespace mco::agents {
namespace {

/// The element of `array` at the decimal position `step`; null beyond its end. Errors: invalid (no
/// number).
Expected<const Value*> element(const Array& array, std::string_view step) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    if (error != std::errc() || end != step.data() + step.size())
        return fail(Errc::invalid,
                    "The position " + std::string(step) + " in a list must be a number");
    return index < array.size() ? &array[index] : nullptr;
}

/// What `path` leads to, null if nothing.
Expected<const Value*> walk(const Map& facts, std::string_view path) {
    const Value* here = nullptr;
    bool at_root = true;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        const std::string_view step = path.substr(begin, end - begin);
        if (at_root)
            here = facts.find(step);
        else if (const Map* map = here->map())
            here = map->find(step);
        else if (const Array* array = here->array()) {
            MCO_TRY(found, element(*array, step));
            here = found;
        } else
            here = nullptr;
        if (!here)
            return here;
        at_root = false;
        begin = end + 1;
    }
    return here;
}

class FactData final : public DataPlugin {
  public:
    explicit FactData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("fact"); }

    Expected<Map> look_up(const DataQuery& query) const override {
        const auto node = context_.node.inventory();
        const std::string path = query.text();
        MCO_CHECK(filter::need_fact(*node->facts, node->facts_read, path));
        const Value* found = node->facts->find(path);  // a name that itself has dots
        if (!found) {
            MCO_TRY(inside, walk(*node->facts, path));
            found = inside;
        }
        const bool structured = found && (found->map() || found->array());
        Map answer;
        answer.set("exists", found != nullptr);
        answer.set("value",
                   !found       ? Value(false)
                   : structured ? Value(serializer::encode_json(*found))
                                : *found);
        answer.set("value_encoding",
                   !found       ? Value(false)
                   : structured ? Value("application/json")
                                : Value("text/plain"));
        return answer;
    }

  private:
    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_fact_data(const AgentContext& context) {
    return std::make_unique<FactData>(context);
}

}  // namespace mco::agents
