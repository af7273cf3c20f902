"""
Brings a volume into a running session and takes it out again, and closes those it started with to what the machine mounts later; `python3 -I -S`, its order as JSON on stdin,
its answer as JSON on stdout.

The tree is put together, read-only and with what is not allowed covered, in namespaces of a child's own, cloned as one piece that is attached nowhere, and attached by a process that has
entered the session's mount namespace with the rights of its user there: no step needs anything prepared when the session started, and none of it is ever visible half-done. The
session itself takes no part and gets no right.
"""

import ctypes, fcntl, json, os, socket, sys

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
OPEN_TREE, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, OPENAT2, MOUNT_SETATTR = 428, 429, 430, 431, 432, 437, 442
HERE, EMPTY, RECURSIVE, CLONE = -100, 0x1000, 0x8000, 1
NEWNS, NEWUSER = 0x20000, 0x10000000
RDONLY, NOSUID, NODEV, PRIVATE = 1, 2, 4, 0x40000
PATH = os.O_PATH | os.O_CLOEXEC
# Names of the file systems in memory that lie over a volume that was taken out but has to stay below (the hub knows it), and over what is not allowed.
GONE, COVER = b"datalabs-gone", b"datalabs"


def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def call(number, *arguments):
    return check(libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]))


def clone(fd, path=b"", recursive=True):
    return call(OPEN_TREE, fd, path, CLONE | os.O_CLOEXEC | EMPTY | (RECURSIVE if recursive else 0))


def attach(tree, at):
    call(MOVE_MOUNT, tree, b"", at, b"", 4 | 0x40)


def attributes(fd, on, off, recursive, propagation=0):
    call(MOUNT_SETATTR, fd, b"", EMPTY | (RECURSIVE if recursive else 0), (ctypes.c_uint64 * 4)(on, off, propagation, 0), 32)


def below(fd, path):
    """The directory that lies there, with no link on the way. A rule about one that is missing is refused: it could come while the session runs."""
    return call(OPENAT2, fd, os.fsencode(path), (ctypes.c_uint64 * 3)(PATH | os.O_DIRECTORY, 0, 4 | 8), 24) if path else os.dup(fd)


def own_namespaces(uid, gid):
    check(libc.unshare(NEWUSER | NEWNS))
    for name, text in (("setgroups", "deny"), ("uid_map", "0 %d 1" % uid), ("gid_map", "0 %d 1" % gid)):
        with open("/proc/self/" + name, "w") as out:
            out.write(text)


def assemble(source, parts):
    """The tree as this session may see it, read-only, in one piece and attached nowhere."""
    uid, gid = os.getuid(), os.getgid()
    try:
        check(libc.unshare(NEWNS))
    except PermissionError:
        own_namespaces(uid, gid)
        uid, gid = 0, 0
    # Nothing that is mounted here comes out, and nothing that is mounted on the machine later comes in, where it would be writable.
    check(libc.mount(None, b"/", None, ctypes.c_ulong(0x4000 | PRIVATE), None))
    origin = os.open(source, PATH | os.O_DIRECTORY)
    file_system(COVER, os.open("/tmp", PATH))
    os.mkdir("/tmp/v")
    file_system(COVER, os.open("/tmp/v", PATH))
    state = {}
    for part in sorted(parts, key=lambda part: part["prefix"].split("/") if part["prefix"] else []):
        prefix, allowed = part["prefix"], part["allowed"]
        above = prefix
        while above not in state and above:
            above = os.path.dirname(above)
        state[prefix] = allowed
        if allowed == state.get(above, False) and prefix or not (prefix or allowed):
            continue
        if not allowed:
            file_system(COVER, below(os.open("/tmp/v", PATH), prefix))
            continue
        tree = clone(below(origin, prefix))
        os.makedirs("/tmp/v/" + prefix, exist_ok=True)
        attach(tree, below(os.open("/tmp/v", PATH), prefix))
    attributes(os.open("/tmp/v", PATH), RDONLY | NOSUID | NODEV, 0, True)
    # Into namespaces of a user who may less: from then on the kernel keeps together what was put together, and read-only. Else a process that is in
    # the tree when it is taken out would see what a cover hid.
    own_namespaces(uid, gid)
    return clone(os.open("/tmp/v", PATH))


def file_system(source, at):
    """An empty one in memory, on a directory. By its own calls: in a session's namespaces /proc is of no use to this process."""
    made = call(FSOPEN, b"tmpfs", 1)
    for name, value in ((b"source", source), (b"mode", b"0755"), (b"size", b"1m")):
        call(FSCONFIG, made, 1, name, value, 0)
    call(FSCONFIG, made, 6, 0, 0, 0)
    tree = call(FSMOUNT, made, 1, NOSUID | NODEV)
    attach(tree, at)
    return tree


def in_a_child(make):
    """A descriptor made in namespaces that this process does not enter."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            socket.send_fds(theirs, [b"ok"], [make()])
        except OSError as error:
            theirs.send(json.dumps([error.errno, str(error)]).encode())
        finally:
            os._exit(0)
    theirs.close()
    message, fds, _, _ = socket.recv_fds(ours, 4096, 1)
    os.waitpid(pid, 0)
    if not fds:
        raise OSError(*json.loads(message or b'[5, "the helper ended"]'))
    return fds[0]


def enter(process):
    """The mount namespace of the session, with the rights of its user there and none elsewhere."""
    with open(os.open("status", os.O_RDONLY, dir_fd=process)) as lines:
        uid = int(next(line for line in lines if line.startswith("Uid:")).split()[1])
    if uid != os.getuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    namespace = os.open("ns/mnt", os.O_RDONLY, dir_fd=process)
    owner = fcntl.ioctl(namespace, 0xB701)
    check(libc.setns(owner, NEWUSER))
    check(libc.setns(namespace, NEWNS))


def writable(fd):
    """A read-only directory that may be changed through this descriptor alone: nobody in the session ever sees it writable."""
    tree = clone(fd, recursive=False)
    attributes(tree, 0, RDONLY, False)
    return tree


def directory(at, path):
    for name in path.strip("/").split("/"):
        try:
            os.mkdir(name, dir_fd=at)
        except FileExistsError:
            pass
        at = os.open(name, PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
    return at


def place_of_links(path):
    """Where links of that directory are made. In the home this is a small file system of its own over an empty directory, if it is not there yet; None: something of
    the session's own is in the place."""
    home = "/media/home"
    if not path.startswith(home + "/"):
        return directory(writable(os.open("/", PATH)), path)
    try:
        at = directory(os.open(home, PATH), path[len(home):])
        if os.fstat(at).st_dev != os.stat(home).st_dev:
            return writable(at)
        if os.listdir(os.open(".", os.O_RDONLY, dir_fd=at)):
            return None
        made = file_system(COVER, at)
        attributes(made, RDONLY, 0, False)
        return writable(made)
    except OSError:
        return None


def link(target, paths):
    for path in paths:
        at = place_of_links(os.path.dirname(path))
        try:
            if at is not None:
                os.symlink(target, os.path.basename(path), dir_fd=at)
        except FileExistsError:
            pass


def unlink(target, paths):
    for path in paths:
        at = place_of_links(os.path.dirname(path))
        try:
            if at is not None and os.readlink(os.path.basename(path), dir_fd=at) == target:
                os.unlink(os.path.basename(path), dir_fd=at)
        except FileNotFoundError:
            pass


def mounts(process):
    """(id, id of the one it lies on, place, source) of each."""
    with open(os.open("mountinfo", os.O_RDONLY, dir_fd=process)) as lines:
        for line in lines:
            fields, kind = line.split(" - ")
            fields = fields.split(" ")
            yield fields[0], fields[1], fields[4], kind.split(" ")[1]


def busy(process, target):
    """Those in the session that have something of that tree open, mapped, or for their working directory."""
    namespace = os.readlink("ns/mnt", dir_fd=process)
    inside = lambda path: path == target or path.startswith(target + "/")
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            at = "/proc/" + pid
            if os.readlink(at + "/ns/mnt") != namespace:
                continue
            links = [at + "/cwd", at + "/root"] + [at + "/fd/" + fd for fd in os.listdir(at + "/fd")]
            with open(at + "/maps", errors="surrogateescape") as lines:
                mapped = any(inside(line.rstrip("\n").split(None, 5)[-1]) for line in lines)
            if mapped or any(inside(readlink(path)) for path in links):
                with open(at + "/comm", errors="replace") as comm, open(at + "/status", errors="replace") as status:
                    number = next(line for line in status if line.startswith("NSpid:")).split()[-1]
                    found.append({"pid": int(number), "name": comm.read().strip()})
        except OSError:
            continue
    return sorted(found, key=lambda one: one["pid"])


def readlink(path):
    try:
        return os.readlink(path)
    except OSError:
        return ""


def mount(order, process):
    tree = in_a_child(lambda: assemble(order["source"], order["parts"]))
    enter(process)
    target = order["target"]
    directory(writable(os.open("/", PATH)), target)
    attach(tree, os.open(target, PATH | os.O_DIRECTORY | os.O_NOFOLLOW))
    link(target, order["links"])


def unmount(order, process):
    target = order["target"]
    if not order["force"]:
        users = busy(process, target)
        if users:
            return {"busy": users}
    table = list(mounts(process))
    sources = {number: source for number, _, _, source in table}
    at = {number: parent for number, parent, place, _ in table if place == target}
    tree = set(at) - set(at.values())
    # Taken out, what lies loosely in the tree comes off for whoever is inside: parts without a whole, covers that came at the start of the session, and
    # other file systems of the machine. Such a tree is covered as a whole. What was put together later holds together by itself.
    loose = not tree
    for _ in table:
        for number, parent, _, source in table:
            if parent in tree:
                tree.add(number)
                loose = loose or COVER.decode() not in (source, sources[parent])
    enter(process)
    if loose:
        attributes(file_system(GONE, os.open(target, PATH)), RDONLY, 0, False)
    else:
        check(libc.umount2(os.fsencode(target), 2 | 8))
        root = writable(os.open("/", PATH))
        try:
            os.rmdir(target.strip("/"), dir_fd=root)
        except OSError:
            pass
    unlink(target, order["links"])


def hold(order, process):
    enter(process)
    for place in order["places"]:
        attributes(os.open(place, PATH), RDONLY | NOSUID | NODEV, 0, True, PRIVATE)


def main():
    order = json.load(sys.stdin)
    try:
        process = os.open("/proc/%d" % order["pid"], os.O_RDONLY | os.O_DIRECTORY)
        with open(os.open("stat", os.O_RDONLY, dir_fd=process)) as text:
            is_it = text.read().rpartition(")")[2].split()[19] == order["startTime"]
    except FileNotFoundError:
        is_it = False
    if not is_it:
        raise ProcessLookupError(3, "the session has ended")
    return {"mount": mount, "unmount": unmount, "hold": hold}[order["action"]](order, process) or {}


try:
    print(json.dumps(main()))
except OSError as error:
    print(json.dumps({"errno": error.errno, "error": str(error)}))
