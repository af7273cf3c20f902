"""The worker that reads what files hold, for previews."""

import contextlib
import os
import resource
import sys
import threading
import warnings

from ..worker import serve
from .dispatch import Previews

#: Bytes of data that the process may have. Not of addresses: of these, far more are set aside than used.
MEMORY = 1536 << 20

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    # When a session has no memory left, this goes rather than somebody's kernel.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")
    # Set aside by readers that have not been imported yet: a gigabyte by Arrow's own allocator, stacks and buffers by each thread.
    os.environ |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
    threading.stack_size(2 << 20)
    # Files of archives break standards in harmless ways; nobody reads what readers say about that.
    warnings.simplefilter("ignore")
    previews = Previews(sys.argv[1])
    serve({name: getattr(previews, name) for name in ("prepare", "preview", "image", "pixel", "rows", "text")})
