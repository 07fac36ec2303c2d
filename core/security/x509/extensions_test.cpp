#include "core/security/x509/extensions.hpp"

#include "core/security/x509/pem.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::x509 {
namespace {

using testing::Authority;
using testing::Wanted;

const std::string arc = "1.3.6.1.4.1.34380.1.";

class PuppetExtensions : public ::testing::Test {
  protected:
    Authority ca_{"Puppet CA"};

    message::Trusted read(std::vector<std::pair<std::string, std::string>> extensions) {
        Wanted wanted;
        wanted.name = "web1.example.net";
        wanted.extensions = std::move(extensions);
        const auto issued = ca_.issue(wanted);
        return puppet_extensions(certificates_from_pem(issued.certificate_pem)->front().get());
    }

    void expect(const std::string& content, const message::Trusted& wanted) {
        EXPECT_EQ(read({{arc + "1.13", content}}), wanted) << content;
    }
};

TEST_F(PuppetExtensions, HavePuppetsNamesOrTheirNumbers) {
    EXPECT_EQ(read({{arc + "1.13", "ASN1:UTF8String:web"},
                    {arc + "3.13", "ASN1:UTF8String:operator"},
                    {arc + "3.1", "ASN1:UTF8String:yes"},
                    {arc + "3.39", "ASN1:UTF8String:true"},
                    {arc + "1.26", "ASN1:UTF8String:ops"},
                    {arc + "2.1.7", "ASN1:UTF8String:ours"},
                    {arc + "1.99", "ASN1:UTF8String:new"}}),
              (message::Trusted{{"pp_role", "web"},
                                {"pp_auth_role", "operator"},
                                {"pp_authorization", "yes"},
                                {"pp_cli_auth", "true"},
                                {"pp_owner", "ops"},
                                {arc + "2.1.7", "ours"},
                                {arc + "1.99", "new"}}));
}

TEST_F(PuppetExtensions, AreNotThoseOfOthers) {
    EXPECT_EQ(read({{"1.3.6.1.4.1.34380.2.1", "ASN1:UTF8String:x"},
                    {"1.3.6.1.4.1.34380.1.4.1", "ASN1:UTF8String:x"},
                    {"1.3.6.1.4.1.343801.1.13", "ASN1:UTF8String:x"},
                    {"1.2.3.4", "ASN1:UTF8String:x"}}),
              message::Trusted{});
    EXPECT_EQ(read({}), message::Trusted{});
}

TEST_F(PuppetExtensions, AreReadFromEveryStringOfAsn1AndFromPlainText) {
    const message::Trusted web{{"pp_role", "web"}};
    expect("ASN1:UTF8String:web", web);
    expect("ASN1:PRINTABLESTRING:web", web);
    expect("ASN1:IA5STRING:web", web);
    expect("ASN1:VISIBLESTRING:web", web);
    expect("DER:77:65:62", web);  // as old versions of Puppet wrote it
    expect("DER:c3:bc", {{"pp_role", "\u00fc"}});
    expect("DER:0c:02:c3:bc", {{"pp_role", "\u00fc"}});
}

TEST_F(PuppetExtensions, AreLeftOutWhenTheyAreNoSingleLineOfText) {
    expect("DER:0c:03:61:0a:62", {});  // a line end
    expect("DER:0c:02:61:62:63", {});  // something after the string
    expect("DER:0c:05:61:62", {});     // less than it says
    expect("DER:ff:fe", {});           // no UTF-8
    expect("DER:0c:02:ff:fe", {});     // nor this
    expect("DER:02:01:05", {});        // a number
}

TEST_F(PuppetExtensions, AreBounded) {
    const auto value_of_size = [](std::size_t size) {
        return "ASN1:UTF8String:" + std::string(size, 'x');
    };
    EXPECT_EQ(read({{arc + "1.13", value_of_size(1'000)}}).size(), 1u);
    EXPECT_EQ(read({{arc + "1.13", value_of_size(1'024)}}).size(), 0u);
    std::vector<std::pair<std::string, std::string>> many;
    for (int i = 1; i <= 100; ++i)
        many.emplace_back(arc + "2." + std::to_string(i), "ASN1:UTF8String:x");
    EXPECT_EQ(read(many).size(), max_extensions);
}

TEST_F(PuppetExtensions, ThatStandTwiceAreNotBelieved) {
    EXPECT_EQ(read({{arc + "1.13", "ASN1:UTF8String:web"},
                    {arc + "1.13", "ASN1:UTF8String:admin"},
                    {arc + "1.1", "ASN1:UTF8String:u"}}),
              (message::Trusted{{"pp_uuid", "u"}}));
}

}  // namespace
}  // namespace mco::x509
