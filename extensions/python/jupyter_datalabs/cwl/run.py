"""One run of cwltool: what it does is told on a descriptor as it happens, so that nobody has to read it out of a log.

The log is no source: what tools print stands in it, too. Request on stdin, outputs on stdout, log on stderr.
"""

import contextlib
import ctypes
import json
import logging
import os
import signal
import sys
import urllib.parse

from cwltool import workflow_job
from cwltool.argparser import arg_parser
from cwltool.command_line_tool import CommandLineTool
from cwltool.context import LoadingContext
from cwltool.main import main
from cwltool.process import shortname
from cwltool.utils import visit_class
from cwltool.workflow import default_make_tool
from ruamel.yaml.error import YAMLError
from schema_salad.ref_resolver import file_uri
from schema_salad.utils import yaml_no_ts

from ..volumes.failure import Failure
from .fetching import Sources, bounded

_PR_SET_PDEATHSIG = 1
#: Characters of an error that are told.
ERROR = 4000


class Teller(logging.Handler):
    """Tells which steps and jobs there are and how they end, out of what cwltool logs about them."""

    def __init__(self, descriptor):
        super().__init__(logging.DEBUG)
        self._output = os.fdopen(descriptor, "w", encoding="utf-8")
        self._steps, self._jobs = {}, {}
        self._last = self._missing = None

    def tell(self, **said):
        self._output.write(json.dumps(said) + "\n")
        self._output.flush()

    def made(self, name, short):
        """A step of a workflow that begins, which is what the last step begun runs, or the one asked for."""
        above = self._steps.get(self._last)
        self._steps[name] = {
            "above": above, "path": f"{above['path']}/{short}" if above else short, "begun": 0,
            "said": {"name": name.removeprefix("step "), "started": None, "ended": None},
        }

    def begins(self, name):
        """A step begins, or one more element of one that scatters."""
        self._last = name
        self._steps[name]["begun"] += 1
        self._say(name, state="running")

    def passed_over(self, image, part_of):
        self.tell(passed_over={"image": image, "step": self._path(part_of)})

    def emit(self, record):
        said = self._said.get(record.msg)
        if said:
            said(self, int(record.created * 1000), *record.args)
        if record.levelno >= logging.ERROR:
            self._missing = _missing(record) or self._missing
            why = str(record.exc_info[1]) if record.exc_info else ""
            text = record.getMessage()
            text = text if why in text else f"{text.rstrip()} {why}"
            # What cwltool says last is only that it has failed.
            self.tell(error=(f"{self._missing} is not in this session. {text}" if self._missing else text)[:ERROR])

    def _path(self, name):
        """Of a step: the names of the steps that it lies in and its own."""
        return self._steps[name]["path"] if name in self._steps else None

    def _index(self, name):
        """Of what has begun last: which element it is of each step of the path, from 0, in the order in which they begin."""
        step, index = self._steps.get(name), []
        while step:
            index.insert(0, step["begun"] - 1)
            step = step["above"]
        return index

    def _say(self, name, **said):
        if name in self._steps:
            step = self._steps[name]
            step["said"].update(said, step=step["path"], begun=step["begun"])
            self.tell(step=step["said"])

    def _starting(self, time, workflow, step):
        self._say(step, state="running", started=time)

    def _initializing(self, time, job, tool, part_of):
        step = part_of.removeprefix(" as part of ")
        self._jobs[job] = {
            "name": job, "tool": tool, "step": self._path(step), "index": self._index(step),
            "state": "running", "started": time, "ended": None,
        }
        self.tell(job=self._jobs[job])

    def _completed_job(self, time, job, status):
        if job in self._jobs:
            self._jobs[job].update(state=_state(status), ended=time)
            self.tell(job=self._jobs[job])

    def _completed(self, time, name, status):
        self._say(name, state=_state(status), ended=time)

    def _skipped(self, time, name):
        self._say(name, state="skipped", ended=time)

    def _not_made(self, time, name, why):
        self._say(name, state="failed", ended=time)

    _said = {
        "[%s] starting %s": _starting,
        "[job %s] initializing from %s%s": _initializing,
        "[job %s] completed %s": _completed_job,
        "[%s] completed %s": _completed,
        "[%s] will be skipped": _skipped,
        "[%s] Cannot make job: %s": _not_made,
    }


def _missing(record):
    """The command that a job could not begin with as there is none of this name; None where it failed otherwise."""
    error = record.exc_info[1] if record.exc_info else None
    if record.msg != "'%s' not found: %s" or not isinstance(error, FileNotFoundError) or error.filename != record.args[0]:
        return None
    # A script may be there, and what it is written for be missing.
    return error.filename if "/" not in error.filename or os.path.isabs(error.filename) and not os.path.exists(error.filename) else None


def _state(status):
    return {"success": "done", "skipped": "skipped"}.get(status, "failed")


def inputs_of(given, document):
    """The inputs, with files as they lie seen from anywhere: paths of an object are relative to the document, those of a file to the file."""
    if isinstance(given, str):
        with open(given, encoding="utf-8") as file:
            text = file.read()
        bounded(text)
        base, inputs = os.path.dirname(given), yaml_no_ts().load(text) or {}
    else:
        base, inputs = os.path.dirname(document), given

    def place(value):
        if isinstance(value.get("path"), str) and "://" not in value["path"]:
            value["path"] = os.path.normpath(os.path.join(base, value["path"]))
        if isinstance(value.get("location"), str):
            value["location"] = urllib.parse.urljoin(file_uri(base) + "/", value["location"])

    visit_class(inputs, ("File", "Directory"), place)
    return inputs


def arguments(request, inputs):
    folder = request["folder"]
    return [
        "--debug", "--timestamps", "--disable-color", "--no-container", "--disable-ga4gh-tool-registry", "--relax-path-checks",
        "--outdir", f"{folder}/outputs", "--tmpdir-prefix", f"{folder}/.work/tmp", "--tmp-outdir-prefix", f"{folder}/.work/out",
        *([f"--single-process={request['step']}"] if request.get("step") else []),
        file_uri(request["document"]) + (f"#{request['process']}" if request.get("process") else ""),
        inputs,
    ]


def attend(teller):
    """Have the teller told of what cwltool does not log.

    Returns
    -------
    callable
        Makes tools in the place of cwltool's own.
    """

    class Step(workflow_job.WorkflowJobStep):
        def __init__(self, step):
            super().__init__(step)
            teller.made(self.name, shortname(self.id))

        def job(self, joborder, output_callback, runtimeContext):
            teller.begins(self.name)
            yield from super().job(joborder, output_callback, runtimeContext)

    class Tool(CommandLineTool):
        """There are no containers in a session: a tool that asks for one finds its programs in the session, or not at all."""

        def make_job_runner(self, runtimeContext):
            container, required = self.get_requirement("DockerRequirement")
            if container:
                teller.passed_over(container.get("dockerPull") or container.get("dockerImageId"), runtimeContext.part_of)
            if required:
                self.requirements = [each for each in self.requirements if each["class"] != "DockerRequirement"]
            return super().make_job_runner(runtimeContext)

    workflow_job.WorkflowJobStep = Step
    logging.getLogger("cwltool").addHandler(teller)
    return lambda document, context: (Tool if document.get("class") == "CommandLineTool" else default_make_tool)(document, context)


def run(descriptor):
    # Whoever watches this group is gone: nothing is left of it.
    signal.signal(signal.SIGUSR1, lambda *_: os.killpg(0, signal.SIGKILL))
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGUSR1)
    # When a session has no memory left, this goes rather than somebody's kernel.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")
    request = json.load(sys.stdin)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.set_inheritable(descriptor, False)
    teller = Teller(descriptor)
    inputs = f"{request['folder']}/inputs.yml"
    try:
        with open(inputs, "w", encoding="utf-8") as file:
            yaml_no_ts().dump(inputs_of(request["inputs"], request["document"]), file)
    except (Failure, OSError, UnicodeError, YAMLError) as error:
        teller.tell(error=f"The inputs cannot be used: {error}"[:ERROR])
        return 1
    options = arg_parser().parse_args(arguments(request, inputs))
    context = LoadingContext(vars(options))
    context.construct_tool_object = attend(teller)
    context.fetcher_constructor = Sources({}).constructor
    return main(args=options, loadingContext=context)


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1])))
