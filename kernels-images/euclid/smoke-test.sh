#!/bin/sh
# Passes where the Euclid kernel works: in the image, or with the path of its environment as argument.
set -eu
prefix=${1:-/opt/euclid}
"$prefix/bin/python" - <<'PY'
import io

import ipykernel, matplotlib, pandas  # noqa: F401
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.io import fits
from astropy.wcs import WCS

buffer = io.BytesIO()
fits.PrimaryHDU(np.ones((4, 4), "f4")).writeto(buffer)
assert fits.open(io.BytesIO(buffer.getvalue()))[0].data.sum() == 16
WCS(naxis=2)
table = io.BytesIO()
pq.write_table(pa.table({"a": [1, 2]}), table)
assert pq.read_table(io.BytesIO(table.getvalue())).num_rows == 2
PY
