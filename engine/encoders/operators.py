"""The operators that a network may use: those of our own exports, and those close to them.

Missing on purpose: whatever holds a graph (If, Loop, Scan, SequenceMap), works on texts or
sequences, draws random numbers, or decodes files.
"""

from typing import Final

_ARITHMETIC = (
    "Abs", "Add", "Ceil", "Clip", "Cos", "Div", "Erf", "Exp", "Floor", "Log", "Max", "Mean", "Min",
    "Mod", "Mul", "Neg", "Pow", "Reciprocal", "Round", "Sign", "Sin", "Sqrt", "Sub", "Sum",
)  # fmt: skip
_COMPARISONS = (
    "And", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Not",
    "Or", "Where", "Xor",
)  # fmt: skip
_ACTIVATIONS = (
    "Celu", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "LogSoftmax", "Mish", "PRelu",
    "Relu", "Selu", "Sigmoid", "Softmax", "Softplus", "Softsign", "Tanh", "ThresholdedRelu",
)  # fmt: skip
_LAYERS = (
    "AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "Dropout", "Einsum", "GRU",
    "Gemm", "GlobalAveragePool", "GlobalMaxPool", "GroupNormalization", "InstanceNormalization",
    "LSTM", "LayerNormalization", "LpNormalization", "LpPool", "MatMul", "MaxPool",
    "MeanVarianceNormalization", "RMSNormalization", "RNN", "Attention",
)  # fmt: skip
_QUANTISED = (
    "ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv",
    "QLinearMatMul", "QuantizeLinear",
)  # fmt: skip
_REDUCTIONS = (
    "ArgMax", "ArgMin", "CumSum", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp",
    "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
)  # fmt: skip
_SHAPES = (
    "Cast", "CastLike", "Concat", "Constant", "ConstantOfShape", "DepthToSpace", "Expand",
    "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "Pad", "Range", "Reshape",
    "Resize", "Shape", "Size", "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "TopK",
    "Transpose", "Trilu", "Unsqueeze",
)  # fmt: skip

OPERATORS: Final = frozenset(
    (*_ARITHMETIC, *_COMPARISONS, *_ACTIVATIONS, *_LAYERS, *_QUANTISED, *_REDUCTIONS, *_SHAPES)
)
