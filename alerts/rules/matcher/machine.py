"""What compiled functions are made with: the compiler, the hash of two characters, and having memory brought near."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

Function = TypeVar("Function", bound=Callable[..., Any])
Array = TypeVar("Array", bound=npt.NDArray[Any])

HERE = Path(__file__).parent
READ, KEEP, DATA = 0, 3, 1  # https://llvm.org/docs/LangRef.html#llvm-prefetch-intrinsic


def compiled(function: Function) -> Function:
    """Compile at the first call and keep the machine code on disk; without the lock of the interpreter."""
    with _kept_for_these_sources():
        return cast("Function", numba.njit(cache=True, nogil=True, boundscheck=False)(function))


@contextmanager
def _kept_for_these_sources() -> Iterator[None]:
    """Keep machine code in a folder of its own for each state of this package.

    Numba alone sees only changes of the file in which a function stands, not of those that it calls or of the layout.
    """
    given = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(Path(given or HERE / "__pycache__", _SOURCES))
    try:
        yield
    finally:
        numba.config.CACHE_DIR = given


def digest_of(folder: Path) -> str:
    """Return what changes with any source in a folder."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


_SOURCES = f"rules-{digest_of(HERE)}"


# Compiled functions hand on where numbers lie, not arrays: an array is seven words, is counted in and out with every
# call, and looks at the sign of each index. The caller from outside holds the arrays meanwhile.


@intrinsic
def _lying(_: Any, array: Any) -> Any:  # noqa: ANN401  types of numba, which has none of its own

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:  # noqa: ANN401  the same
        return make_array(signature.args[0])(context, builder, given[0]).data

    return types.CPointer(array.dtype)(array), generate


@intrinsic
def _fetch(_: Any, numbers: Any, __: Any) -> Any:  # noqa: ANN401  the same

    def generate(context: Any, builder: Any, _: Any, given: Any) -> Any:  # noqa: ANN401  the same
        address = builder.bitcast(builder.gep(given[0], [given[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        asked = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(asked, [address, number(READ), number(KEEP), number(DATA)])
        return context.get_dummy_value()

    return types.void(numbers, types.intp), generate


lying = cast("Callable[[Array], Array]", _lying)
"""Return where an array lies, to be read and written like it from 0 on; the array must outlive that."""

fetch = cast("Callable[[npt.NDArray[Any], int], None]", _fetch)
"""Have numbers[place] brought near and do not wait for it; nothing happens when there is no such place."""


@compiled
def mixed(first: int, second: int) -> int:
    """Return the hash of two characters, 32 bits of which the upper are the better."""
    both = (np.uint64(first) << np.uint64(32)) | np.uint64(second)
    return np.int64((both * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32))
