#include "agents/package/lock_holder.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::package {
namespace {

/// A process named `keeper` that holds a lock on a file.
class Keeper {
  public:
    explicit Keeper(const std::string& file) {
        int ready[2];
        EXPECT_EQ(::pipe(ready), 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_NAME, "keeper");
            const int opened = ::open(file.c_str(), O_RDWR);

            struct flock lock {};

            lock.l_type = F_WRLCK;
            const char taken = ::fcntl(opened, F_SETLK, &lock) == 0 ? 'y' : 'n';
            if (::write(ready[1], &taken, 1) == 1)
                for (;;)
                    ::pause();
            ::_exit(1);
        }
        char taken = 'n';
        EXPECT_EQ(::read(ready[0], &taken, 1), 1);
        EXPECT_EQ(taken, 'y');
        ::close(ready[0]);
        ::close(ready[1]);
    }

    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    ~Keeper() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = 0;
};

TEST(LockHolder, IsNamed) {
    const system::TemporaryDirectory directory;
    const auto file = directory.write("lock", "");
    EXPECT_FALSE(lock_holder(file));
    {
        const Keeper keeper(file);
        const auto holder = lock_holder(file);
        ASSERT_TRUE(holder);
        EXPECT_EQ(holder->pid, keeper.pid());
        EXPECT_EQ(holder->program, "keeper");
    }
    EXPECT_FALSE(lock_holder(file));
    EXPECT_FALSE(lock_holder(directory / "none"));
}

}  // namespace
}  // namespace mco::package
