"""What counts as activity of a Jupyter server: work, and not that a page is open.

A stock server counts every request, those too that an open JupyterLab repeats for ever, and overlooks a kernel that computes
without a word and a terminal nobody looks at. Here these count: messages of kernels, a kernel that is busy, a terminal in
use or with a program that takes CPU time, and files written, moved or deleted.
"""

import asyncio
import os
from pathlib import Path

from jupyter_server._tz import utcnow
from traitlets import Float
from traitlets.config import LoggingConfigurable

#: Ends like this, so that whatever else reads activity from the settings counts it too.
SETTING = "datalabs_last_activity"


def load(app):
    """Watch a Jupyter server's work; a failure leaves the server as it was."""
    try:
        ActivityWatch(parent=app).attach()
    except Exception:
        app.log.exception("Busy kernels and terminals do not count as activity.")


class ActivityWatch(LoggingConfigurable):
    """Looks at kernels and terminals in turn, and says what the server did last."""

    period = Float(5, help="Seconds between two looks.").tag(config=True)
    share = Float(0.01, help="Part of one CPU above which a terminal's programs work.").tag(config=True)

    def attach(self):
        """Become the server's judge of activity."""
        self._app = self.parent
        self._settings = self._app.web_app.settings
        self._times = {}
        self._seen = self._settings["started"]
        self._telling = None
        contents = self._app.contents_manager
        self._app.event_logger.add_listener(schema_id=contents.event_schema_id, listener=self._changed)
        self._app.web_app.last_activity = self.last_activity
        self._task = asyncio.ensure_future(self._watch())
        self._settings["datalabs_activity_watch"] = self

    def last_activity(self):
        """When the server last worked.

        Returns
        -------
        datetime.datetime
            In UTC. Requests alone, ``api_last_activity``, are left out.
        """
        settings = self._settings
        times = [settings["started"], settings["kernel_manager"].last_kernel_activity, *settings["last_activity_times"].values()]
        times += [value for key, value in settings.items() if key.endswith("_last_activity") and key != "api_last_activity"]
        return max(times)

    async def _changed(self, logger, schema_id, data):
        if data["action"] != "get":
            self._note()

    def _note(self):
        self._settings[SETTING] = utcnow()

    async def _watch(self):
        while True:
            try:
                self._look()
            except Exception:
                self.log.exception("A look at the server's activity failed.")
            await asyncio.sleep(self.period)

    def _look(self):
        # Both are asked: the terminals' times are measured from look to look.
        works = self._terminals_work()
        if works or self._kernel_is_busy():
            self._note()
        now = self.last_activity()
        self.log.debug("Last activity: %s", now)
        if now > self._seen:
            hub = self._hub()
            quiet = (now - self._seen).total_seconds()
            self._seen = now
            # Reports come at intervals: the first work after a quiet time is told at once, else a stop could overtake it.
            if hub is not None and quiet > hub.hub_activity_interval and (self._telling is None or self._telling.done()):
                self._telling = asyncio.ensure_future(self._tell(hub))

    async def _tell(self, hub):
        try:
            await hub.notify_activity()
        except Exception:
            self.log.debug("Activity was not told; the next report does.", exc_info=True)

    def _hub(self):
        """JupyterHub's part of the server, where there is one."""
        apps = self._app.extension_manager.extension_apps.get("jupyterhub-singleuser", ())
        return next((app for app in apps if hasattr(app, "notify_activity")), None)

    def _kernel_is_busy(self):
        manager = self._settings["kernel_manager"]
        return any(getattr(manager.get_kernel(kernel), "execution_state", None) == "busy" for kernel in manager.list_kernel_ids())

    def _terminals_work(self):
        manager = self._settings.get("terminal_manager")
        shells = {name: terminal.ptyproc.pid for name, terminal in manager.terminals.items()} if manager else {}
        before, self._times = self._times, cpu_seconds(shells) if shells else {}
        enough = self.share * self.period
        return any(name in before and seconds - before[name] >= enough for name, seconds in self._times.items())


def cpu_seconds(roots, proc=Path("/proc")):
    """CPU time that trees of processes have used, children that have ended included.

    Parameters
    ----------
    roots : dict of str to int
        Process id of the root of each tree.
    proc : pathlib.Path
        Where the system describes processes, see proc_pid_stat(5).

    Returns
    -------
    dict of str to float
        Seconds. A tree that is gone has used 0.
    """
    children, used = {}, {}
    for entry in os.listdir(proc):
        if not entry.isdigit():
            continue
        try:
            # The name, in parentheses, may contain anything.
            fields = (proc / entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has ended.
        children.setdefault(int(fields[1]), []).append(int(entry))
        used[int(entry)] = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def total(pid):
        return used.get(pid, 0) + sum(total(child) for child in children.get(pid, ()))

    return {name: total(pid) for name, pid in roots.items()}
