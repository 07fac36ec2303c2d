// `mco resource clone` (resources §7).
#include "agents/resource/application/asking.hpp"
#include "agents/resource/application/choices.hpp"
#include "agents/resource/application/commands.hpp"
#include "agents/resource/application/json.hpp"
#include "agents/resource/application/layout.hpp"
#include "agents/resource/application/outcome_screens.hpp"
#include "cli/consent.hpp"
#include "client/json.hpp"
#include "client/resources/clone_run.hpp"
#include "client/resources/clone_survey.hpp"
#include "client/resources/confidential.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace mco::resource::application {

namespace {

using cli::Context;
using client::CloneGroups;
using client::CloneVerdict;

/// One clone from its beginning to its end.
class Clone {
  public:
    Clone(Context& context, CloneChoices choices, Asking asking)
        : context_(context), choices_(std::move(choices)), asking_(std::move(asking)) {}

    Expected<int> run(const std::string& type, const std::string& title) {
        client::CloneSurvey survey({type,
                                    title,
                                    choices_.source,
                                    asking_.targets,
                                    choices_.wish,
                                    asking_.request,
                                    asking_.plan});
        MCO_CHECK(converse(survey));
        if (!survey.plan())
            return tl::unexpected(survey.plan().error());
        plan_ = *survey.plan();
        preview_ = survey.preview();
        MCO_CHECK(find_silent(survey));
        show(plan_line(plan_, choices_.source) + outcome_screen(preview_, {}));
        print_missing(context_, missing_);
        if (targets().empty())
            return finish(
                {}, preview_.count(CloneVerdict::refused) + preview_.count(CloneVerdict::fails));
        MCO_TRY(agreed, agrees());
        return agreed ? carry_out() : declined();
    }

  private:
    Expected<void> converse(client::Dialogue& dialogue) {
        MCO_TRY(
            ended,
            asking_.session->converse(asking_.request.collective, asking_.request.agent, dialogue));
        if (ended == client::Ended::interrupted)
            interrupted_ = true;
        return {};
    }

    /// Why there was no answer; the preview names them, too.
    Expected<void> find_silent(const client::CloneSurvey& survey) {
        if (interrupted_)
            return fail(Errc::unavailable, "");
        client::Outcome outcome;
        outcome.results = survey.answers();
        auto asked = asking_;
        std::erase(asked.targets.nodes, choices_.source);
        missing_ = find_missing(context_, asked, outcome);
        return {};
    }

    void show(const std::string& text) {
        if (!context_.settings.for_programs())
            context_.screen.out(text);
    }

    std::vector<client::CloneTarget> targets() const {
        std::vector<client::CloneTarget> all;
        for (const auto verdict : {CloneVerdict::create, CloneVerdict::change})
            for (auto& node : preview_.nodes(verdict))
                all.push_back({std::move(node), verdict == CloneVerdict::create});
        if (choices_.anyway)
            for (auto& node : preview_.nodes(CloneVerdict::silent))
                all.push_back({std::move(node), false});
        return all;
    }

    Expected<bool> agrees() {
        return cli::consents(
            context_, fmt::format("Clone to {}? (y/n): ", counted(targets().size(), "node")));
    }

    int declined() {
        if (context_.settings.for_programs())
            print_objects({});
        else
            context_.screen.err("\nNothing was changed.\n");
        return 1;
    }

    Expected<int> carry_out() {
        Live live(context_);
        client::CloneRun run(
            {plan_, targets(), asking_.request, asking_.plan, choices_.max_failures},
            [&](const client::CloneProgress& progress) {
                live.show(fmt::format("{} of {} done, {} failed{}",
                                      progress.done,
                                      progress.targets,
                                      progress.failed,
                                      progress.proving ? ", asking again" : ""));
            });
        MCO_CHECK(converse(run));
        live.finish();
        const auto outcomes = run.outcomes();
        show(result_screen(outcomes, preview_.count(CloneVerdict::same)));
        if (run.stopped())
            context_.screen.err("\nStopped, because too many failed.\n");
        return finish(outcomes,
                      outcomes.count(CloneVerdict::failed) +
                          outcomes.count(CloneVerdict::not_converged) +
                          outcomes.count(CloneVerdict::not_tried));
    }

    int finish(const CloneGroups& outcomes, std::size_t failed) {
        if (context_.settings.for_programs())
            print_objects(outcomes);
        return exit_code(
            context_,
            {interrupted_,
             asking_.targets.nodes.size(),
             asking_.targets.nodes.size(),
             failed + preview_.count(CloneVerdict::refused) + preview_.count(CloneVerdict::fails) +
                 (choices_.anyway ? 0 : preview_.count(CloneVerdict::silent)),
             !missing_.empty(),
             false});
    }

    void print_objects(const CloneGroups& outcomes) {
        ObjectWriter writer(context_);
        Map counts;
        const auto add = [&](const CloneGroups& groups, std::string_view step) {
            for (const auto& [outcome, nodes] : groups.sorted()) {
                for (const auto& node : nodes)
                    writer.add(Map{{"sender", node},
                                   {"step", step},
                                   {"verdict", name(outcome.verdict)},
                                   {"message", outcome.text}});
                counts.set(name(outcome.verdict),
                           static_cast<std::int64_t>(groups.count(outcome.verdict)));
            }
        };
        add(preview_, "preview");
        add(outcomes, "clone");
        for (const auto& missing : missing_)
            writer.add(client::missing_object(missing));
        writer.finish(std::move(counts));
    }

    Context& context_;
    CloneChoices choices_;
    Asking asking_;
    client::ClonePlan plan_;
    CloneGroups preview_;
    std::vector<client::Missing> missing_;
    bool interrupted_ = false;
};

Expected<void> check_wish(const Context& context, const CloneChoices& choices) {
    if (choices.wish.password && !client::may_carry_secrets(context.estate.config))
        return fail(Errc::denied,
                    "--with-password needs the security provider x509, or TLS to every broker");
    return {};
}

}  // namespace

Expected<int> run_clone(Context& context) {
    MCO_TRY(type, type_word(context, "clone"));
    MCO_TRY(title, title_word(context, "clone"));
    MCO_TRY(choices, read_clone_choices(context.parsed));
    if (auto why = client::why_not_cloned(type); !why.empty())
        return fail(Errc::invalid, std::move(why));
    MCO_CHECK(check_wish(context, choices));
    MCO_TRY(asking, find_targets(context, !context.settings.confirmed));
    std::vector<std::string> others = asking.targets.nodes;
    std::erase(others, choices.source);
    if (others.empty()) {
        client::Outcome nobody;
        print_missing(context, find_missing(context, asking, nobody));
        return fail(Errc::not_found, "There is no other node to clone it to");
    }
    return Clone(context, std::move(choices), std::move(asking)).run(type, title);
}

}  // namespace mco::resource::application
