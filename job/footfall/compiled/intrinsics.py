"""Operations of compiled functions that Python does not have, for numba."""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

_BYTE, _FLAG = ir.IntType(8).as_pointer(), ir.IntType(32)
_READ, _KEEP, _DATA = ir.Constant(_FLAG, 0), ir.Constant(_FLAG, 3), ir.Constant(_FLAG, 1)


def _prefetch(typing: Any, array: Any, number: Any) -> Any:
    """The types of the call, and the function that generates its code."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        start = context.make_array(signature.args[0])(context, builder, given[0]).data
        kind = ir.FunctionType(ir.VoidType(), [_BYTE, _FLAG, _FLAG, _FLAG])
        called = builder.module.declare_intrinsic("llvm.prefetch", [_BYTE], kind)
        address = builder.bitcast(builder.gep(start, [given[1]]), _BYTE)
        builder.call(called, [address, _READ, _KEEP, _DATA])
        return context.get_dummy_value()

    return types.void(array, number), generate


prefetch: Any = intrinsic(_prefetch)
"""`prefetch(array, number)` has an element brought into the core's cache, while other work goes on."""
