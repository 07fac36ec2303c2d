// The memory of known certificates on arbitrary bytes, as a file and as what stands in a sealed
// one. What can be decoded says the same after being encoded again, and a key that can be made from
// it is one.
#include "core/security/x509/known_nodes.hpp"
#include "core/security/x509/public_key.hpp"
#include "core/security/x509/signature.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mco::x509;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void check_nodes(std::string_view bytes, const MemorySeal& seal) {
    const auto nodes = decode_known_nodes(bytes);
    if (!nodes)
        return;
    require(decode_known_nodes(encode_known_nodes(*nodes)).value() == *nodes);
    require(seal.open(seal.close(*nodes).value()).value() == *nodes);
    const KeyMaker maker;
    for (const auto& node : *nodes) {
        if (const auto key = maker.make(node.key))
            if (const auto algorithm = algorithm_of(key.get()))
                require(*algorithm == node.key.algorithm);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto seal = MemorySeal::make("key", "ca", "crl").value();
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    require(!seal.open(bytes));  // nobody guesses the key
    check_nodes(bytes, seal);
    return 0;
}
