"""Runs cwltool many times in one process, which saves its start: a line of JSON in, a list of arguments; a line of JSON out,
``{"code": int, "out": str, "err": str}``. A run of more than LIMIT seconds ends with code 124."""

import io
import json
import signal
import sys

from cwltool.main import main

LIMIT = 60


class TooLong(BaseException):
    """Nothing in cwltool takes it for a failure of a job."""


def stop(*_: object) -> None:
    raise TooLong


answers = sys.stdout
# What cwltool prints itself must not come between the answers.
sys.stdout = sys.stderr
signal.signal(signal.SIGALRM, stop)
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    signal.alarm(LIMIT)
    try:
        code = main(json.loads(line), stdout=out, stderr=err)
    except TooLong:
        code = 124
    except (Exception, SystemExit) as error:  # as the program itself it would end so
        code = 1
        err.write(str(error))
    finally:
        signal.alarm(0)
    answers.write(json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue()[-2000:]}) + "\n")
    answers.flush()
