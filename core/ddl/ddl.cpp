#include "core/ddl/ddl.hpp"

#include <algorithm>

namespace mco::ddl {
namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& items, std::string_view wanted) {
    const auto found = std::find_if(
        items.begin(), items.end(), [wanted](const Named& item) { return item.name == wanted; });
    return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Input* Action::input(std::string_view wanted) const {
    return find_named(inputs, wanted);
}

const Output* Action::output(std::string_view wanted) const {
    return find_named(outputs, wanted);
}

const Action* Ddl::action(std::string_view wanted) const {
    return find_named(actions, wanted);
}

}  // namespace mco::ddl
