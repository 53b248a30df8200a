"""Compiled functions: machine code that is made once by numba, kept in files, and called without numba."""

from footfall.compiled.compiler import compile_missing as compile_missing
from footfall.compiled.kernel import KERNELS as KERNELS
from footfall.compiled.kernel import Kernel as Kernel
from footfall.compiled.kernel import kernel as kernel
from footfall.compiled.kernel import part as part
from footfall.compiled.kernel import prefetch as prefetch
