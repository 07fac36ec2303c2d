// `mco policy lint`: what is wrong in policies, or cannot be meant.
#include "cli/applications/policy.hpp"
#include "cli/render/policy.hpp"
#include "core/policy/lint.hpp"
#include "core/policy/parse.hpp"
#include "core/text/spelling.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace mco::cli {

namespace {

using render::Finding;
using render::Severity;

constexpr std::string_view suffix = ".policy";

/// The groups that belong to the policies in `file`'s directory, or in the one above for those of a
/// collective.
std::optional<policy::Groups> groups_for(const std::filesystem::path& file) {
    auto directory = file.parent_path();
    for (const auto& path :
         {directory / "groups", std::filesystem::absolute(file).parent_path() / ".." / "groups"}) {
        const auto text = system::read_file(path.string(), policy::max_policy_text);
        if (!text)
            continue;
        std::vector<policy::Problem> ignored;  // told when the groups themselves are looked at
        return policy::read_groups(*text, ignored);
    }
    return std::nullopt;
}

class FileLinter {
  public:
    FileLinter(Context& context, const std::string& file) : context_(context), file_(file) {}

    std::vector<Finding> run() {
        const auto text = system::read_file(file_, policy::max_policy_text);
        if (!text)
            return {{file_, 0, Severity::error, text.error().message}};
        const std::filesystem::path path(file_);
        if (path.filename() == "groups")
            groups(*text);
        else
            policy(*text, path);
        std::stable_sort(findings_.begin(), findings_.end(), [](const auto& a, const auto& b) {
            return a.line < b.line;
        });
        return std::move(findings_);
    }

  private:
    void add(const std::vector<policy::Problem>& problems, Severity severity) {
        for (const auto& [line, what] : problems)
            findings_.push_back({file_, line, severity, what});
    }

    void groups(const std::string& text) {
        std::vector<policy::Problem> problems;
        const auto groups = policy::read_groups(text, problems);
        add(problems, Severity::error);
        add(policy::lint(groups), Severity::warning);
    }

    void policy(const std::string& text, const std::filesystem::path& path) {
        std::vector<policy::Problem> problems;
        const auto policy = policy::read_policy(text, file_, problems);
        add(problems, Severity::error);
        const auto name = path.filename().string();
        if (!name.ends_with(suffix) || name.size() == suffix.size())
            findings_.push_back({file_,
                                 1,
                                 Severity::warning,
                                 "nobody reads a policy that is not called AGENT.policy"});
        const auto groups = groups_for(path).value_or(policy::Groups());
        const auto* ddl =
            declaration(name.substr(0, name.size() - std::min(name.size(), suffix.size())));
        policy::Vocabulary vocabulary;
        vocabulary.groups = &groups;
        if (ddl != nullptr)
            vocabulary.is_action = [ddl](const std::string& action) {
                return ddl->action(action) != nullptr;
            };
        if (name == "filter.policy")
            vocabulary.is_action = policy::is_filter_subject;
        const auto data = context_.estate.catalogue.names(*client::plugin_type("data"));
        vocabulary.is_data_plugin = [&data](const std::string& plugin) {
            return std::find(data.begin(), data.end(), plugin) != data.end();
        };
        add(policy::lint(policy, vocabulary), Severity::warning);
    }

    /// Null when nothing is known of the agent: its DDL may be on other machines only.
    const ddl::Ddl* declaration(const std::string& agent) {
        const auto known = context_.estate.catalogue.names(client::plugin_types.front());
        if (std::find(known.begin(), known.end(), agent) == known.end()) {
            if (const auto near = text::nearest(agent, known, text::plausible_edits(agent.size())))
                findings_.push_back(
                    {file_,
                     1,
                     Severity::warning,
                     "no agent " + agent + " is known here: did you mean " + *near + "?"});
            return nullptr;
        }
        const auto found = context_.estate.catalogue.find(client::plugin_types.front(), agent);
        return found ? *found : nullptr;
    }

    Context& context_;
    const std::string& file_;
    std::vector<Finding> findings_;
};

}  // namespace

Expected<int> lint_policies(Context& context, const std::vector<std::string>& files) {
    std::vector<Finding> all;
    for (const auto& file : files) {
        auto findings = FileLinter(context, file).run();
        all.insert(all.end(), findings.begin(), findings.end());
    }
    context.screen.out(context.settings.for_programs() ? render::findings_json(all)
                                                       : render::findings_text(all));
    return all.empty() ? 0 : 1;
}

}  // namespace mco::cli
