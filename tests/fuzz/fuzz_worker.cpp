// What the worker says, whatever it is: providers of foreign modules run in it.
#include "core/serializer/json.hpp"
#include "puppet/ral/worker_protocol.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace mco;

void require(bool holds) {
    if (!holds)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    if (const auto hello = puppet::protocol::read_hello(line); !hello)
        require(!hello.error().message.empty());
    const auto said = puppet::protocol::read_said(line);
    if (!said) {
        require(!said.error().message.empty());
        return 0;
    }
    require(!said->bye || (said->answer.empty() && !said->ok));
    require(said->rss_kib <= std::size_t{1} << 42);
    (void)puppet::protocol::read_found(said->answer);
    (void)puppet::protocol::read_types(said->answer);
    if (const auto listed = puppet::protocol::read_listed(said->answer))
        for (const auto& resource : listed->resources)
            require(ral::is_type_name(resource.type));
    if (const auto applied = puppet::protocol::read_applied(said->answer))
        require(applied->statuses.size() == said->answer.find("statuses")->array()->size());
    return 0;
}
