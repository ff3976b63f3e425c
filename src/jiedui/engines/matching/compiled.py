"""How kernels are compiled: numba keeps them beside their source, and lets other threads run.

Kernels are called from Python and hold the loops; parts are what they call in there.
"""

from __future__ import annotations

from numba import njit

kernel = njit(cache=True, nogil=True)

# A part goes where it is called. It must not make arrays: so it need not count references to those
# it takes out of tuples, which costs more than what most parts do.
part = njit(cache=True, nogil=True, forceinline=True, _nrt=False)  # type: ignore[call-overload]
