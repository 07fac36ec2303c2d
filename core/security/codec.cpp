#include "core/security/codec.hpp"

#include "core/serializer/marshal.hpp"
#include "core/serializer/yaml.hpp"

namespace mco::security {

Codec marshal_codec() {
    return {[](std::string_view bytes) { return serializer::marshal::decode(bytes); },
            [](const Value& value) { return serializer::marshal::encode(value); },
            [](std::string_view bytes) {
                return serializer::marshal::decode(bytes, {}, serializer::marshal::Objects::told);
            }};
}

Codec codec_named(std::string_view name) {
    if (name != "yaml")
        return marshal_codec();
    return {[](std::string_view text) { return serializer::yaml::decode(text); },
            [](const Value& value) { return serializer::yaml::encode(value); },
            [](std::string_view text) { return serializer::yaml::decode(text); }};
}

}  // namespace mco::security
