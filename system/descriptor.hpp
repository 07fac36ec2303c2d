// A file descriptor with one owner.
#pragma once

#include <utility>

#include <unistd.h>

namespace mco::system {

class Descriptor {
  public:
    Descriptor() = default;

    explicit Descriptor(int number) : number_(number) {}

    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            close();
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() { close(); }

    explicit operator bool() const { return number_ >= 0; }

    int get() const { return number_; }

    /// The number, for whoever closes it from now on.
    int release() { return std::exchange(number_, -1); }

    void close() {
        if (number_ >= 0)
            ::close(std::exchange(number_, -1));
    }

  private:
    int number_ = -1;
};

}  // namespace mco::system
