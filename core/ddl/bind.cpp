#include "core/ddl/bind.hpp"

#include "core/ddl/validate.hpp"

namespace mco::ddl {

tl::expected<BoundCall, rpc::Output> bind(rpc::CallBody body,
                                          std::string_view agent,
                                          const Ddl& ddl) {
    const auto action = validate(ddl, agent, body.action, body.inputs);
    if (action)
        return BoundCall(**action, std::move(body));
    auto output = rpc::failure(action.error().message, rpc::Status::invalid_data);
    if (const auto* declared = ddl.action(body.action))
        fill_outputs(*declared, output.data);
    return tl::unexpected(std::move(output));
}

}  // namespace mco::ddl
