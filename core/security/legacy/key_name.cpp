#include "core/security/legacy/key_name.hpp"

#include "core/security/caller_id.hpp"

#include <openssl/x509.h>

namespace mco::security {
namespace {

constexpr std::string_view prefix = "cert=";
constexpr std::string_view suffix = ".pem";

}  // namespace

Expected<std::string> name_in(std::string_view caller_id) {
    if (caller_id.substr(0, prefix.size()) != prefix || !valid_caller_id(caller_id))
        return fail(Errc::invalid, "the caller id is not of the form cert=NAME");
    return std::string(caller_id.substr(prefix.size()));
}

Expected<std::string> caller_id_of_file(std::string_view path) {
    auto name = path.substr(path.rfind('/') + 1);
    if (name.ends_with(suffix))
        name.remove_suffix(suffix.size());
    auto id = std::string(prefix).append(name);
    if (!valid_caller_id(id))
        return fail(Errc::invalid,
                    "the file name " + std::string(path) +
                        " makes no caller id: it may have letters, digits, _ . - only");
    return id;
}

Expected<void> check_own_id(const std::string& claimed, const std::string& ours) {
    if (claimed != ours)
        return fail(Errc::invalid, "the request's caller " + claimed + " is not us, " + ours);
    return {};
}

Expected<std::string> leading_common_name(const X509* certificate) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    const X509_NAME_ENTRY* first =
        X509_NAME_entry_count(subject) > 0 ? X509_NAME_get_entry(subject, 0) : nullptr;
    if (first == nullptr || OBJ_obj2nid(X509_NAME_ENTRY_get_object(first)) != NID_commonName)
        return fail(Errc::invalid, "the certificate's subject does not begin with a common name");
    unsigned char* characters = nullptr;
    const int length = ASN1_STRING_to_UTF8(&characters, X509_NAME_ENTRY_get_data(first));
    const std::string name(characters, characters + (length > 0 ? length : 0));
    OPENSSL_free(characters);
    if (!valid_caller_id(std::string(prefix) + name))
        return fail(Errc::invalid, "the certificate's common name makes no caller id");
    return name;
}

}  // namespace mco::security
