// The method "puppetdb": asks which nodes match (puppetdb_plan.hpp), and compares what PuppetDB
// tells as nodes would.
#include "client/sources/compound.hpp"
#include "client/sources/json_rows.hpp"
#include "client/sources/methods.hpp"
#include "client/sources/names.hpp"
#include "client/sources/puppetdb_plan.hpp"
#include "client/sources/puppetdb_settings.hpp"
#include "client/sources/text_leaves.hpp"
#include "core/serializer/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace mco::client {

namespace {

/// What a server said is shown on one line.
std::string on_one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// The servers of one search, with its deadline.
class PuppetDb {
  public:
    PuppetDb(PuppetDbSettings settings, SourceContext& context)
        : settings_(std::move(settings)),
          log_(context.log),
          deadline_(std::chrono::steady_clock::now() +
                    context.time_limit.value_or(settings_.timeout)) {}

    /// Asks the servers one after the other until one answers, from then on only that one. `use` is
    /// called for every row.
    Expected<void> ask(const Value& query, const JsonRows::Use& use) {
        const HttpRequest request{
            "/pdb/query/v4", "application/json", serializer::encode_json(Map{{"query", query}})};
        log_.debug("Asking PuppetDB {}", request.body);
        std::string problems;
        for (; first_ < settings_.servers.size(); ++first_) {
            const auto& server = settings_.servers[first_];
            auto asked = ask_one(server, request, use);
            if (asked || asked.error().code != Errc::unavailable)
                return asked;
            log_.info("{}", asked.error().message);
            problems += (problems.empty() ? "" : "; ") + asked.error().message;
        }
        return fail(Errc::unavailable,
                    problems + ". Check that PuppetDB runs, and plugin.puppetdb.url");
    }

  private:
    Expected<void> ask_one(const HttpServer& server,
                           const HttpRequest& request,
                           const JsonRows::Use& use) {
        JsonRows rows(use);
        bool begun = false;
        const auto answer =
            http_post(server, settings_.tls, request, deadline_, [&](std::string_view part) {
                begun = true;
                return rows.feed(part);
            });
        if (!answer)
            return broken(server, answer.error(), begun);
        if (answer->status != 200)
            return refused(server, *answer);
        if (auto finished = rows.finish(); !finished)
            return fail(Errc::malformed, server.url + ": " + finished.error().message);
        return {};
    }

    /// Only who has told nothing yet can be replaced by another one: unavailable.
    tl::unexpected<Error> broken(const HttpServer& server, const Error& error, bool begun) const {
        auto message = server.url + ": " + error.message;
        const bool elsewhere = error.code == Errc::unavailable || error.code == Errc::timed_out;
        if (elsewhere && !begun)
            return fail(Errc::unavailable, std::move(message));
        if (error.code == Errc::denied)
            message += fmt::format(
                ". Check that the name in plugin.puppetdb.url is in the server's certificate, that "
                "{} issued it, and that the server knows who issued ours, {}",
                fmt::join(settings_.tls.ca, ", "),
                settings_.tls.certificate);
        return fail(elsewhere ? Errc::io : error.code, std::move(message));
    }

    tl::unexpected<Error> refused(const HttpServer& server, const HttpAnswer& answer) const {
        const auto said = on_one_line(answer.text);
        if (answer.status == 400)
            return fail(Errc::invalid, "PuppetDB refuses the query: " + said);
        if (answer.status == 401 || answer.status == 403)
            return fail(Errc::denied,
                        fmt::format("{} answers nobody with {} ({}): check its "
                                    "certificate-allowlist. {}",
                                    server.url,
                                    server.tls ? "our certificate " + settings_.tls.certificate
                                               : std::string("a plain connection"),
                                    answer.status,
                                    said));
        const auto message = fmt::format("{}: status {}: {}", server.url, answer.status, said);
        return fail(answer.status >= 500 ? Errc::unavailable : Errc::not_found, message);
    }

    PuppetDbSettings settings_;
    system::Log& log_;
    Monotonic deadline_;
    std::size_t first_ = 0;  // of the servers that have not failed
};

/// What is known of the nodes that can match.
struct Known {
    NameList nodes;
    std::unordered_map<std::string, Map> facts;
    std::unordered_map<std::string, std::vector<std::string>> classes;
};

Expected<std::string> certname_of(const Value& row) {
    const auto* name = row.find("certname");
    if (name == nullptr || name->string() == nullptr)
        return fail(Errc::invalid,
                    "the answer of PuppetDB has rows without certname: a query given with --do has "
                    "to return it, as nodes[certname] { … } does");
    return *name->string();
}

/// Puts a value where it belongs among structured facts.
void put(Map& facts, const std::vector<std::string>& path, Value value) {
    auto* here = &facts;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        if (here->find(path[i]) == nullptr || here->find(path[i])->map() == nullptr)
            here->set(path[i], Map());
        here = here->find(path[i])->map();
    }
    here->set(path.back(), std::move(value));
}

Expected<void> learn_facts(PuppetDb& puppetdb, const PuppetDbPlan& plan, Known& known) {
    if (!plan.facts)
        return {};
    return puppetdb.ask(*plan.facts, [&](const Value& row) -> Expected<void> {
        MCO_TRY(name, certname_of(row));
        auto& facts = known.facts[name];
        for (const auto& column : plan.columns)
            if (const auto* value = row.find(column.field); value != nullptr && !value->is_nil())
                put(facts, column.path, with_text_leaves(*value));
        return {};
    });
}

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

Expected<void> learn_classes(PuppetDb& puppetdb, const PuppetDbPlan& plan, Known& known) {
    if (!plan.classes)
        return {};
    return puppetdb.ask(*plan.classes, [&](const Value& row) -> Expected<void> {
        MCO_TRY(name, certname_of(row));
        const auto* title = row.find("title");
        if (title == nullptr || title->string() == nullptr)
            return fail(Errc::malformed, "the answer of PuppetDB has rows without title");
        auto& classes = known.classes[name];
        classes.push_back(lower_case(*title->string()));
        classes.push_back(*title->string());  // who writes Roles::Web means it
        return {};
    });
}

/// The nodes that the user's own queries return, all of them; absent without any.
Expected<std::vector<std::unordered_set<std::string>>> ask_own_queries(
    PuppetDb& puppetdb,
    const std::vector<std::string>& queries) {
    std::vector<std::unordered_set<std::string>> all;
    for (const auto& query : queries) {
        auto& names = all.emplace_back();
        MCO_CHECK(puppetdb.ask(query, [&names](const Value& row) -> Expected<void> {
            MCO_TRY(name, certname_of(row));
            names.insert(std::move(name));
            return {};
        }));
    }
    return all;
}

Expected<Known> ask_all(PuppetDb& puppetdb, const PuppetDbPlan& plan) {
    Known known;
    MCO_CHECK(puppetdb.ask(plan.nodes, [&known](const Value& row) -> Expected<void> {
        MCO_TRY(name, certname_of(row));
        return known.nodes.add(name, "PuppetDB");
    }));
    MCO_CHECK(learn_facts(puppetdb, plan, known));
    MCO_CHECK(learn_classes(puppetdb, plan, known));
    return known;
}

/// Plain classes of -C are not compared again: PuppetDB has told them apart as nodes do.
Expected<NameList> matching(const filter::Filter& filter, Known known) {
    MCO_TRY(compound, compound_of(filter, "puppetdb"));
    auto rest = filter;
    std::erase_if(rest.classes, [](const std::string& entry) { return !entry.starts_with('/'); });
    NameList list;
    for (const auto& name : known.nodes.names()) {
        const filter::Inventory inventory{
            name, std::make_shared<Map>(std::move(known.facts[name])), known.classes[name], {}, {}};
        MCO_TRY(matches, list_matches(rest, compound, inventory));
        if (matches)
            MCO_CHECK(list.add(name, "PuppetDB"));
    }
    return list;
}

}  // namespace

Expected<std::vector<std::string>> find_in_puppetdb(const SourceQuery& query,
                                                    SourceContext& context) {
    MCO_TRY(plan, plan_puppetdb(query.filter));
    MCO_TRY(settings, read_puppetdb_settings(context.config, context.home));
    PuppetDb puppetdb(std::move(settings), context);
    MCO_TRY(wanted, ask_own_queries(puppetdb, query.options));
    MCO_TRY(known, ask_all(puppetdb, plan));
    MCO_TRY(list, matching(query.filter, std::move(known)));
    MCO_TRY(names, list.select(query.filter.identities));
    std::erase_if(names, [&wanted](const std::string& name) {
        return std::any_of(wanted.begin(), wanted.end(), [&name](const auto& returned) {
            return !returned.contains(name);
        });
    });
    std::sort(names.begin(), names.end());  // PuppetDB promises no order
    return names;
}

}  // namespace mco::client
