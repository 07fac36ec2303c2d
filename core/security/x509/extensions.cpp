#include "core/security/x509/extensions.hpp"

#include "core/bytes.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/text/utf8.hpp"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <optional>

namespace mco::x509 {

namespace {

constexpr std::string_view puppet_arc = "1.3.6.1.4.1.34380.1.";
constexpr std::array<std::string_view, 3> arcs = {"1.", "2.", "3."};

struct Name {
    std::string_view number;  // below the arc
    std::string_view name;
};

// The numbers that Puppet has registered (its table of object identifiers).
constexpr Name names[] = {
    {"1.1", "pp_uuid"},           {"1.2", "pp_instance_id"},
    {"1.3", "pp_image_name"},     {"1.4", "pp_preshared_key"},
    {"1.5", "pp_cost_center"},    {"1.6", "pp_product"},
    {"1.7", "pp_project"},        {"1.8", "pp_application"},
    {"1.9", "pp_service"},        {"1.10", "pp_employee"},
    {"1.11", "pp_created_by"},    {"1.12", "pp_environment"},
    {"1.13", "pp_role"},          {"1.14", "pp_software_version"},
    {"1.15", "pp_department"},    {"1.16", "pp_cluster"},
    {"1.17", "pp_provisioner"},   {"1.18", "pp_region"},
    {"1.19", "pp_datacenter"},    {"1.20", "pp_zone"},
    {"1.21", "pp_network"},       {"1.22", "pp_securitypolicy"},
    {"1.23", "pp_cloudplatform"}, {"1.24", "pp_apptier"},
    {"1.25", "pp_hostname"},      {"1.26", "pp_owner"},
    {"3.1", "pp_authorization"},  {"3.2", "pp_auth_auto_renew"},
    {"3.13", "pp_auth_role"},     {"3.39", "pp_cli_auth"},
};

std::string number_of(const ASN1_OBJECT* object) {
    std::array<char, 128> text{};
    const int length = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
    if (length <= 0 || length >= static_cast<int>(text.size()))
        return {};
    return {text.data(), static_cast<std::size_t>(length)};
}

/// Absent for an extension that is not Puppet's.
std::optional<std::string> name_of(const ASN1_OBJECT* object) {
    const std::string number = number_of(object);
    if (number.rfind(puppet_arc, 0) != 0)
        return std::nullopt;
    const std::string_view below = std::string_view(number).substr(puppet_arc.size());
    if (std::none_of(arcs.begin(), arcs.end(), [below](std::string_view arc) {
            return below.substr(0, arc.size()) == arc;
        }))
        return std::nullopt;
    const auto known = std::find_if(std::begin(names), std::end(names), [below](const Name& one) {
        return one.number == below;
    });
    return known == std::end(names) ? number : std::string(known->name);
}

bool is_one_line(std::string_view text) {
    return text::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
           });
}

/// The text inside one of ASN.1's strings; absent when the bytes are something else.
std::optional<std::string> string_in(std::string_view der) {
    const unsigned char* cursor = bytes_of(der);
    const Owned<ASN1_TYPE, ASN1_TYPE_free> value(
        d2i_ASN1_TYPE(nullptr, &cursor, static_cast<long>(der.size())));
    const bool whole = value && cursor == bytes_of(der) + der.size();
    const int type = whole ? ASN1_TYPE_get(value.get()) : V_ASN1_UNDEF;
    ERR_clear_error();
    if (type != V_ASN1_UTF8STRING && type != V_ASN1_PRINTABLESTRING && type != V_ASN1_IA5STRING &&
        type != V_ASN1_VISIBLESTRING && type != V_ASN1_BMPSTRING)
        return std::nullopt;
    unsigned char* text = nullptr;
    const int length = ASN1_STRING_to_UTF8(&text, value->value.asn1_string);
    ERR_clear_error();
    if (length < 0)
        return std::nullopt;
    std::string found(text, text + length);
    OPENSSL_free(text);
    return found;
}

/// Old versions of Puppet put the text there without any ASN.1 around it. The two cannot be
/// confused: ASN.1's strings begin with a control character.
std::optional<std::string> value_of(X509_EXTENSION* extension) {
    const ASN1_OCTET_STRING* octets = X509_EXTENSION_get_data(extension);
    const auto bytes = view_of(ASN1_STRING_get0_data(octets),
                               static_cast<std::size_t>(ASN1_STRING_length(octets)));
    if (bytes.empty() || bytes.size() > max_extension_size)
        return std::nullopt;
    std::string text = string_in(bytes).value_or(std::string(bytes));
    return is_one_line(text) ? std::optional(std::move(text)) : std::nullopt;
}

bool stands_once(const X509* certificate, const ASN1_OBJECT* object) {
    const int first = X509_get_ext_by_OBJ(certificate, object, -1);
    return X509_get_ext_by_OBJ(certificate, object, first) < 0;
}

}  // namespace

message::Trusted puppet_extensions(const X509* certificate) {
    message::Trusted found;
    const int count = X509_get_ext_count(certificate);
    for (int i = 0; i < count && found.size() < max_extensions; ++i) {
        X509_EXTENSION* extension = X509_get_ext(certificate, i);
        const ASN1_OBJECT* object = X509_EXTENSION_get_object(extension);
        auto name = name_of(object);
        if (!name || !stands_once(certificate, object))
            continue;
        if (auto value = value_of(extension))
            found.emplace_back(*std::move(name), *std::move(value));
    }
    return found;
}

}  // namespace mco::x509
