#!/usr/bin/env python3
"""Compiles the sandbox's system call policy with libseccomp (Debian: python3-seccomp).

    python3 policy.py [DIRECTORY]

writes calls-<arch>.bpf and terminal-<arch>.bpf for every architecture below. The files are committed: a session needs
no compiler, and a test regenerates and compares them.
"""
import errno
import os
import sys

import seccomp
from seccomp import ALLOW, EQ, ERRNO, GT, MASKED_EQ, NE, Arch, Arg, SyscallFilter

ARCHITECTURES = ("x86_64", "aarch64")

# What no scientific program needs and what past escapes went through: mounts, namespaces, kernel modules and programs,
# other processes' memory, keys, clocks, the machine itself.
DENIED = """
mount umount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
unshare setns
ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd
bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register
keyctl add_key request_key
init_module finit_module delete_module create_module query_module get_kernel_syms kexec_load kexec_file_load
acct quotactl quotactl_fd swapon swapoff reboot syslog nfsservctl vhangup uselib ustat sysfs _sysctl lookup_dcookie
iopl ioperm vm86 vm86old modify_ldt
settimeofday stime clock_settime clock_adjtime adjtimex
sethostname setdomainname
name_to_handle_at open_by_handle_at fanotify_init
mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node
""".split()

# Answered like an older kernel would, so that the C library falls back to calls whose arguments can be checked.
MISSING = ("clone3",)

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
NAMESPACE_FLAGS = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)

AF_INET, AF_INET6, AF_NETLINK = 2, 10, 16
ALLOWED_FAMILIES = (1, AF_INET, AF_INET6, AF_NETLINK)
NETLINK_ROUTE = 0
SOCK_TYPE_MASK, SOCK_RAW, SOCK_PACKET = 0xF, 3, 10

TIOCSTI, TIOCLINUX = 0x5412, 0x541C
S_IFMT, S_IFCHR, S_IFBLK = 0o170000, 0o020000, 0o060000


def new_filter(arch):
    result = SyscallFilter(ALLOW)
    # One architecture only: calls of another one (32 bit, x32) kill the process.
    if getattr(Arch, arch.upper()) & 0xFFFFFFFF != seccomp.system_arch() & 0xFFFFFFFF:
        result.add_arch(Arch(arch))
        result.remove_arch(Arch())
    return result


def calls(arch):
    refuse = ERRNO(errno.EPERM)
    result = new_filter(arch)
    for name in DENIED:
        try:
            seccomp.resolve_syscall(Arch(arch), name)
            result.add_rule(refuse, name)
        except (ValueError, RuntimeError):
            pass  # unknown to this libseccomp or absent on this architecture
    for name, mode in (("mknod", 1), ("mknodat", 2)):
        for kind in (S_IFCHR, S_IFBLK):
            result.add_rule(refuse, name, Arg(mode, MASKED_EQ, S_IFMT, kind))
    for name in MISSING:
        result.add_rule(ERRNO(errno.ENOSYS), name)
    for flag in NAMESPACE_FLAGS:
        result.add_rule(refuse, "clone", Arg(0, MASKED_EQ, flag, flag))
    unsupported = ERRNO(errno.EAFNOSUPPORT)
    # GT also catches values whose upper 32 bits are set, which the kernel would cut off.
    result.add_rule(unsupported, "socket", Arg(0, GT, max(ALLOWED_FAMILIES)))
    for family in range(max(ALLOWED_FAMILIES)):
        if family not in ALLOWED_FAMILIES:
            result.add_rule(unsupported, "socket", Arg(0, EQ, family))
    result.add_rule(unsupported, "socket", Arg(0, EQ, AF_NETLINK), Arg(2, NE, NETLINK_ROUTE))
    for family in (AF_INET, AF_INET6):
        for kind in (SOCK_RAW, SOCK_PACKET):
            result.add_rule(refuse, "socket", Arg(0, EQ, family), Arg(1, MASKED_EQ, SOCK_TYPE_MASK, kind))
    return result


def terminal(arch):
    """Input injection into a terminal. The kernel looks at 32 bits of the request only, hence the mask; libseccomp
    cannot mix these rules with plain ones of the first filter reliably, hence a filter of its own."""
    result = new_filter(arch)
    for request in (TIOCSTI, TIOCLINUX):
        result.add_rule(ERRNO(errno.EPERM), "ioctl", Arg(1, MASKED_EQ, 0xFFFFFFFF, request))
    return result


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    for arch in ARCHITECTURES:
        for name, build in (("calls", calls), ("terminal", terminal)):
            with open(os.path.join(directory, f"{name}-{arch}.bpf"), "wb") as out:
                build(arch).export_bpf(out)


if __name__ == "__main__":
    main()
