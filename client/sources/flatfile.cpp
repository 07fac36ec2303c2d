#include "client/sources/methods.hpp"
#include "client/sources/names.hpp"
#include "system/files.hpp"

namespace mco::client {

Expected<std::vector<std::string>> find_in_flatfile(const SourceQuery& query, SourceContext&) {
    if (query.options.empty())
        return fail(Errc::invalid,
                    "The flatfile discovery method needs a path to a text file: --do FILE");
    const auto& path = query.options.front();
    const auto text = system::read_file(path);
    if (!text)
        return fail(text.error().code,
                    "Cannot read the file " + path +
                        " specified as discovery source: " + text.error().message);
    MCO_TRY(list, names_in_text(*text, path));
    return list.select(query.filter.identities);
}

}  // namespace mco::client
