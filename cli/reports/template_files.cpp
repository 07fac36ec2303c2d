#include "cli/reports/template_files.hpp"

#include "system/files.hpp"

#include <algorithm>
#include <utility>

namespace mco::reports {
namespace {

/// One file name, so that a template cannot lead to other directories.
bool is_name(const std::string& name) {
    return !name.empty() && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.';
           });
}

class Loader {
  public:
    explicit Loader(const std::string& file) : directory_(file.substr(0, file.rfind('/') + 1)) {}

    Expected<Template> load(const std::string& file) {
        MCO_TRY(text, system::read_file(file));
        MCO_TRY(parts, parse_template(text, file));
        MCO_CHECK(load_partials(parts, file));
        return parts;
    }

    std::map<std::string, Template> take() { return std::move(loaded_); }

  private:
    static tl::unexpected<Error> fail_at(const std::string& file,
                                         const Part& part,
                                         const std::string& message) {
        return fail(Errc::invalid, file + ':' + std::to_string(part.line) + ": " + message);
    }

    Expected<void> load_partials(const Template& parts, const std::string& file) {
        for (const auto& part : parts) {
            MCO_CHECK(load_partials(part.parts, file));
            if (part.kind == Part::Kind::partial)
                MCO_CHECK(load_partial(part, file));
        }
        return {};
    }

    Expected<void> load_partial(const Part& part, const std::string& file) {
        const auto& name = part.text;
        if (!is_name(name))
            return fail_at(
                file,
                part,
                "the partial '" + name + "' is not the name of a file in the template's directory");
        if (std::find(open_.begin(), open_.end(), name) != open_.end())
            return fail_at(file, part, "the partial '" + name + "' includes itself");
        if (loaded_.contains(name))
            return {};
        open_.push_back(name);
        auto loaded = load(directory_ + name + ".mustache");
        open_.pop_back();
        if (!loaded && loaded.error().code == Errc::not_found)
            return fail_at(file, part, loaded.error().message);
        if (!loaded)
            return tl::unexpected<Error>(loaded.error());
        loaded_.emplace(name, *std::move(loaded));
        return {};
    }

    const std::string directory_;
    std::map<std::string, Template> loaded_;
    std::vector<std::string> open_;  // partials being loaded, outermost first
};

}  // namespace

Expected<Templates> load_templates(const std::string& file) {
    Loader loader(file);
    MCO_TRY(main, loader.load(file));
    return Templates{std::move(main), loader.take()};
}

}  // namespace mco::reports
