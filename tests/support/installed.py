"""Installs a build folder, as users and packages do."""
import shutil

from processes import run


def can_install(binaries):
    """True if the programs are those of a build folder."""
    return (binaries.parent / "cmake_install.cmake").exists() and shutil.which("cmake") is not None


def install(binaries, prefix, destdir=None, umask=None, component=None):
    """`cmake --install` of the folder that `binaries` belongs to; returns what it printed."""
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"} | ({"DESTDIR": str(destdir)} if destdir else {})
    argv = ["cmake", "--install", binaries.parent, "--prefix", prefix] + (["--component", component] if component else [])
    if umask is not None:
        argv = ["sh", "-c", f'umask {umask:03o} && exec "$@"', "sh", *argv]
    done = run(argv, env=env)
    assert done.code == 0, done
    return done.out
