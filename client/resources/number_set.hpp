// A set of small numbers, a bit each.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mco::client {

class NumberSet {
  public:
    /// How many bytes of memory it takes more now.
    std::size_t add(std::size_t number) {
        const auto word = number / word_bits;
        const auto before = words_.capacity();
        if (word >= words_.size())
            words_.resize(word + 1);
        words_[word] |= bit(number);
        return (words_.capacity() - before) * sizeof(std::uint64_t);
    }

    bool contains(std::size_t number) const {
        const auto word = number / word_bits;
        return word < words_.size() && (words_[word] & bit(number)) != 0;
    }

    /// Calls `visit(number)` for each, in ascending order.
    template <class Visit>
    void each(Visit visit) const {
        for (std::size_t i = 0; i < words_.size(); ++i)
            for (auto left = words_[i]; left != 0; left &= left - 1)
                visit(i * word_bits + static_cast<std::size_t>(std::countr_zero(left)));
    }

  private:
    static constexpr std::size_t word_bits = 64;

    static std::uint64_t bit(std::size_t number) {
        return std::uint64_t{1} << (number % word_bits);
    }

    std::vector<std::uint64_t> words_;
};

}  // namespace mco::client
