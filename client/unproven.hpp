// Messages that were dropped because nobody could prove who sent them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace mco::client {

/// One of them. Nothing in it is proven, but it is safe for a terminal.
struct Unprovable {
    std::string sender;  ///< the name that it claimed to be of; empty when that is none
    std::string why;
    bool certain = true;  ///< it was meant for this conversation; else it may be another's
};

/// How many there were, and what is kept of them: the last reason of a bounded number of names.
class Unproven {
  public:
    void add(const Unprovable& dropped);

    std::size_t count() const { return count_; }

    /// Why the last of them was dropped.
    const std::string& why() const { return why_; }

    /// The same by the name that each claimed to be of.
    const std::map<std::string, std::string>& senders() const { return senders_; }

  private:
    std::size_t count_ = 0;
    std::string why_;
    std::map<std::string, std::string> senders_;
};

/// What may be kept of a message: it must neither drive a terminal nor fill the memory.
Unprovable unprovable(std::string_view sender, std::string_view why, bool certain);

}  // namespace mco::client
