#!/bin/sh
# Passes where the server of this datalab could start: in the image, or with the path of its environment as argument.
set -eu
bin=${1:+$1/bin/}
"${bin}jupyterhub-singleuser" --version
"${bin}python" -c 'import ipykernel, jupyter_datalabs, jupyterlab; import astropy.io.fits, pyarrow.parquet, PIL.Image'
"${bin}jupyter" labextension list 2>&1 | grep -q '@jupyter-datalabs/catalogue.*enabled.*OK'
