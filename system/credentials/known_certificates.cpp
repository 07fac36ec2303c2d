#include "system/credentials/known_certificates.hpp"

#include "system/private_files.hpp"

namespace mco::credentials {

Expected<void> KnownCertificates::recall(TimePoint now) {
    const auto content = system::read_private_file(path_, largest_file);
    if (!content && content.error().code == Errc::not_found)
        return {};
    if (!content)
        return tl::unexpected(content.error());
    if (auto recalled = provider_.recall(*content, now); !recalled)
        return fail(recalled.error().code, path_ + ": " + recalled.error().message);
    return {};
}

Expected<void> KnownCertificates::save() const {
    if (!provider_.has_new_nodes())
        return {};
    MCO_TRY(memory, provider_.memory());
    return system::write_private_file(path_, memory);
}

}  // namespace mco::credentials
