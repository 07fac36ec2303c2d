#include "facts/classes.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::facts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(ReadClasses, OneALine) {
    const system::TemporaryDirectory directory;
    EXPECT_THAT(
        *read_classes(directory.write("classes.txt", "settings\r\nbase\n\nacme::web server")),
        ElementsAre("settings", "base", "acme::web server"));
    EXPECT_THAT(*read_classes(directory.write("empty.txt", "")), IsEmpty());
    EXPECT_EQ(read_classes(directory / "none").error().code, Errc::not_found);
}

TEST(ClassesFile, TellsOnlyNews) {
    const system::TemporaryDirectory directory;
    ClassesFile file(directory / "classes.txt");
    EXPECT_EQ(file.read_if_changed().error().code, Errc::not_found);
    EXPECT_EQ(*file.read_if_changed(), std::nullopt) << "complains once";
    directory.write("classes.txt", "base\n");
    EXPECT_THAT(*file.read_if_changed(), Optional(ElementsAre("base")));
    EXPECT_EQ(*file.read_if_changed(), std::nullopt);
    directory.write("classes.txt", "base\nacme\n");
    EXPECT_THAT(*file.read_if_changed(), Optional(ElementsAre("base", "acme")));
}

}  // namespace
}  // namespace mco::facts
