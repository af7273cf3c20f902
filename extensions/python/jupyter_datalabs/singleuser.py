"""``jupyterhub-singleuser`` as it is, started sooner."""

import gc


def main():
    """Run JupyterHub's single-user server with the arguments of this process.

    Its thousand modules allocate much and free nothing: garbage collection in between only costs, a tenth of the whole
    start as measured. What they leave is set aside for good afterwards, which also keeps collections short later.
    """
    gc.disable()
    import jupyterhub.singleuser
    import jupyterlab.labapp  # noqa: F401  imported by the application as it starts

    from . import warm

    warm.wait_if_asked()
    gc.freeze()
    gc.enable()
    jupyterhub.singleuser.main()


if __name__ == "__main__":
    main()
