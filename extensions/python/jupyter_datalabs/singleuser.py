"""``jupyterhub-singleuser``, started sooner, and on speaking terms with its users while the hub is away."""

import gc
import importlib.util
import sys
import types


def _leave_out_the_hub():
    """Import JupyterHub's log without the hub's own parts: its database and its pages are a quarter of a whole start, and no session uses them.

    The database is loaded should somebody ask for it after all; of the pages, only an ``isinstance`` in the log needs a class.
    """
    import jupyterhub

    spec = importlib.util.find_spec("jupyterhub.orm")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    jupyterhub.orm = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(jupyterhub.orm)
    handlers, pages = "jupyterhub.handlers", "jupyterhub.handlers.pages"
    sys.modules[handlers], sys.modules[pages] = types.ModuleType(handlers), types.ModuleType(pages)
    sys.modules[pages].HealthCheckHandler = type("HealthCheckHandler", (), {})
    import jupyterhub.log

    # Whoever asks for the real ones from here on gets them.
    del sys.modules[handlers], sys.modules[pages]


def main():
    """Run JupyterHub's single-user server with the arguments of this process.

    Its thousand modules allocate much and free nothing: garbage collection in between only costs, a tenth of the whole
    start as measured. What they leave is set aside for good afterwards, which also keeps collections short later.
    """
    gc.disable()
    _leave_out_the_hub()
    import jupyterhub.singleuser.extension
    import jupyterlab.labapp  # noqa: F401  imported by the application as it starts

    from . import hub_auth, warm

    # The name by which the server makes its own: its identity provider has no option for another class.
    jupyterhub.singleuser.extension.HubOAuth = hub_auth.LastingHubOAuth

    warm.wait_if_asked()
    gc.freeze()
    gc.enable()
    jupyterhub.singleuser.main()


if __name__ == "__main__":
    main()
