#include "core/security/legacy/wrapper.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace mco::security {
namespace {

using message::Gate;
using message::Triaged;

/// One of the two numbers that stand inside and outside.
struct Property {
    const char* inside;
    const char* outside;
};

Triaged<void> settle(Opened& opened, const Value& wrapped, const Property& property, Age age) {
    const auto* proven = wrapped.find(property.inside);
    auto* claimed = opened.envelope.map()->find(property.outside);
    if (age == Age::enforced) {
        if (proven == nullptr)
            return opened.reject(Gate::untrusted,
                                 std::string("the request does not prove its ") + property.outside);
        if (claimed == nullptr || proven->integer() == nullptr || *proven != *claimed)
            return opened.reject(
                Gate::untrusted,
                std::string("the request's ") + property.outside + " was changed on its way");
    } else if (proven != nullptr) {
        if (claimed != nullptr)
            *claimed = *proven;
        else
            opened.envelope.map()->set(Symbol{property.outside}, *proven);
    }
    return {};
}

bool is_named(const Value& key, const char* name) {
    return key.text() != nullptr && *key.text() == name;
}

}  // namespace

Value wrap(const message::Claims& claims, const WrapperKeys& keys) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(claims.time).time_since_epoch();
    return Map{{Symbol{keys.body}, claims.body},
               {Symbol{keys.ttl}, std::int64_t{claims.ttl.count()}},
               {Symbol{keys.time}, std::int64_t{seconds.count()}}};
}

Triaged<Value> unwrap(Opened& opened, Value wrapped, const WrapperKeys& keys, Age age) {
    if (wrapped.map() == nullptr) {
        if (age == Age::relaxed)
            return wrapped;
        return opened.reject(Gate::untrusted, "the request does not prove its age");
    }
    MCO_CHECK(settle(opened, wrapped, {keys.ttl, "ttl"}, age));
    MCO_CHECK(settle(opened, wrapped, {keys.time, "msgtime"}, age));
    if (auto* body = wrapped.map()->find(keys.body))
        return Value(std::move(*body));
    std::erase_if(wrapped.map()->entries(), [&keys](const Entry& entry) {
        return is_named(entry.key, keys.ttl) || is_named(entry.key, keys.time);
    });
    return wrapped;
}

}  // namespace mco::security
