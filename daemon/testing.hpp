// A node under test: a provider that believes what it is told, and an agent whose actions misbehave
// on request.
#pragma once

#include "agents/testing.hpp"
#include "core/ddl/ddl.hpp"
#include "core/security/provider.hpp"
#include "core/text/ruby.hpp"
#include "daemon/node.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace mco::daemon {

/// A message is a key into `claims`; any other text is untrusted. Replies are sealed as Ruby would
/// print them.
class TestProvider final : public security::Provider {
  public:
    std::map<std::string, message::Claims> claims;
    Map own_trusted;              ///< what is vouched for about us
    std::string refuses_to_seal;  ///< replies whose text holds this cannot be sealed

    message::Triaged<message::Request> prove_request(const message::Delivery& delivery,
                                                     TimePoint) override {
        const auto known = claims.find(delivery.body);
        if (delivery.body.empty())
            return tl::unexpected(message::Rejection{message::Gate::malformed, "empty", "", ""});
        if (known == claims.end())
            return tl::unexpected(
                message::Rejection{message::Gate::untrusted, "unknown", "", delivery.sender});
        message::Claims found = known->second;
        if (!delivery.reply_to.empty())
            found.reply_to = delivery.reply_to;
        return proven(std::move(found));
    }

    Expected<std::string> seal_reply(const message::Reply& reply,
                                     const message::Request&) const override {
        std::string text = text::inspect(reply.body);
        if (!refuses_to_seal.empty() && text.find(refuses_to_seal) != std::string::npos)
            return fail(Errc::invalid, "cannot be encoded");
        return text;
    }

    Expected<std::string> seal_request(const message::Claims& request) const override {
        return text::inspect(request.body);
    }

    message::Triaged<message::Reply> prove_reply(const message::Delivery&,
                                                 const message::AwaitedIds&,
                                                 TimePoint) override {
        return tl::unexpected(message::Rejection{});
    }

    std::string caller_id() const override { return "cert=node1"; }

    Map own_trusted_facts() const override { return own_trusted; }
};

/// Decides as it is told.
class TestAuthorizer final : public Authorizer {
  public:
    using Decide = std::function<Verdict(const message::Request& request, std::string_view action)>;

    explicit TestAuthorizer(Decide decide) : decide_(std::move(decide)) {}

    Verdict authorize(const message::Request& request, std::string_view action) const override {
        return decide_(request, action);
    }

    Verdict authorize_filter(const message::Request& request,
                             std::string_view subject) const override {
        return decide_(request, subject);
    }

  private:
    Decide decide_;
};

constexpr const char* moody_ddl = R"(
metadata :name => "moody", :description => "d", :author => "a", :license => "l", :version => "1", :url => "u", :timeout => 7

action "greet", :description => "Says hello" do
    input :name, :prompt => "p", :description => "d", :type => :string, :validation => '^[a-z]+$', :optional => false, :maxlength => 9
    output :greeting, :description => "d", :display_as => "g"
    output :mood, :description => "d", :display_as => "m", :default => "fine"
end

action "refuse", :description => "Fails with the code asked for" do
    output :mood, :description => "d", :display_as => "m", :default => "fine"
end

action "throw", :description => "Throws" do
    output :mood, :description => "d", :display_as => "m", :default => "fine"
end

action "throw_anything", :description => "Throws no exception" do
end

action "block", :description => "Blocks until it is told to go on" do
end

action "huge", :description => "Gives back too much" do
    output :data, :description => "d", :display_as => "d"
end

action "declared_only", :description => "Is not implemented" do
end
)";

/// What its actions do is in their names; `block` calls `blocker`.
class MoodyAgent final : public agents::Agent {
  public:
    MoodyAgent(int timeout, std::function<void()> blocker)
        : ddl_(ddl::parse(moody_ddl, "moody.ddl", ddl::Kind::agent).value()),
          blocker_(std::move(blocker)) {
        ddl_.metadata.timeout = timeout;
    }

    const ddl::Ddl& declaration() const override { return ddl_; }

    void prepare() const override {
        blocker_();
        throw std::runtime_error("not today");
    }

    rpc::Output act(const agents::Call& call) const override {
        rpc::Output output;
        if (call.action == "greet")
            output.data.set("greeting", "hello " + *call.inputs.find("name")->text());
        else if (call.action == "refuse")
            output =
                rpc::failure("no", static_cast<rpc::Status>(*call.inputs.find("code")->integer()));
        else if (call.action == "throw")
            throw std::runtime_error("bad mood");
        else if (call.action == "throw_anything")
            throw 7;
        else if (call.action == "block")
            blocker_();
        else if (call.action == "huge")
            output.data.set("data", std::string(9u << 20, 'x'));
        else
            output = rpc::failure("Unknown action " + std::string(call.action),
                                  rpc::Status::unknown_action);
        return output;
    }

  private:
    ddl::Ddl ddl_;
    std::function<void()> blocker_;
};

constexpr const char* mood_ddl = R"(
metadata :name => "mood", :description => "d", :author => "a", :license => "l", :version => "1", :url => "u", :timeout => 1

dataquery :description => "d" do
    input :query, :prompt => "p", :description => "d", :type => :string, :validation => '^[a-z]+$', :optional => true, :maxlength => 9
    output :value, :description => "d", :display_as => "v"
    output :number, :description => "d", :display_as => "n"
end
)";

/// A data plug-in that answers as it is told.
class MoodData final : public agents::DataPlugin {
  public:
    using Ask = std::function<Expected<Map>(const agents::DataQuery& query)>;

    explicit MoodData(Ask ask) : ask_(std::move(ask)) {}

    const ddl::Ddl& declaration() const override { return ddl_; }

    Expected<Map> look_up(const agents::DataQuery& query) const override { return ask_(query); }

  private:
    const ddl::Ddl ddl_ = ddl::parse(mood_ddl, "mood_data.ddl", ddl::Kind::data).value();
    const Ask ask_;
};

constexpr const char* test_reply_to = "/queue/mcollective.reply.client_1.1";

/// A node with rpcutil and moody, and messages for it by name.
class TestNode {
  public:
    explicit TestNode(
        int timeout = 7,
        std::function<void()> blocker = [] {}) {
        world.config.identity = "node1";
        parts_timeout_ = timeout;
        blocker_ = std::move(blocker);
    }

    agents::AgentWorld world;
    TestProvider provider;
    MoodData::Ask ask_mood = [](const agents::DataQuery&) -> Expected<Map> {
        return Map{{"value", "good"}, {"number", 3}};
    };
    TestAuthorizer::Decide decide;  ///< empty: everybody may do everything

    /// Made at the first use, so that the configuration can be set before.
    Node& node() {
        if (!node_)
            node_ = std::make_unique<Node>(Node::Parts{
                world.config,
                world.declarations,
                provider,
                world.clock,
                world.runner,
                world.log,
                "3.0.0",
                [this](const agents::AgentContext& context) {
                    auto made = agents::make_agents(context);
                    made.push_back(std::make_unique<MoodyAgent>(parts_timeout_, blocker_));
                    return made;
                },
                [this](const agents::AgentContext& context) {
                    auto made = agents::make_data_plugins(context);
                    made.push_back(std::make_unique<MoodData>(ask_mood));
                    return made;
                },
                [this](const auto&...) -> Expected<std::unique_ptr<Authorizer>> {
                    if (!decide)
                        return nullptr;
                    return std::make_unique<TestAuthorizer>(decide);
                }});
        return *node_;
    }

    /// A request that passes all gates, under the name `key`; change it as the test needs.
    message::Claims& request(const std::string& key, std::string agent, Value body) {
        message::Claims claims;
        claims.id = "id-" + key;
        claims.sender = "client";
        claims.caller = "cert=alice";
        claims.collective = "mcollective";
        claims.agent = std::move(agent);
        claims.time = world.clock.time;
        claims.reply_to = test_reply_to;
        claims.body = std::move(body);
        return provider.claims[key] = std::move(claims);
    }

    message::Claims& call(const std::string& key,
                          const std::string& action,
                          const Map& inputs = {}) {
        return request(
            key, "moody", rpc::request_body("moody", action, "cert=alice", inputs, true));
    }

    message::Triaged<Task> triage(const std::string& key) {
        auto candidate = node().triage(message::Delivery{key, "", "client"}, world.clock.time);
        if (!candidate)
            return tl::unexpected(candidate.error());
        auto* undecided = std::get_if<Undecided>(&*candidate);
        if (undecided == nullptr)
            return std::get<Task>(std::move(*candidate));
        const std::atomic<bool> given_up = false;
        const auto matched = node().ask_plugins(*undecided, given_up);
        return node().conclude(std::move(*undecided), matched);
    }

    /// What comes back for a call, as the sealed text.
    std::string answer(const std::string& action, const Map& inputs = {}) {
        const std::string key = action + std::to_string(++calls_);
        call(key, action, inputs);
        const auto task = triage(key);
        return task ? node().seal(node().perform(*task), *task).value()
                    : "dropped: " + task.error().reason;
    }

  private:
    int parts_timeout_ = 7;
    int calls_ = 0;
    std::function<void()> blocker_;
    std::unique_ptr<Node> node_;
};

}  // namespace mco::daemon
