"""The messages of onnx.proto3: their fields by number."""

from typing import Final

from engine.encoders.protobuf import Field, Schema


def _texts(**fields: int) -> dict[int, Field]:
    return {number: Field(name, "bytes") for name, number in fields.items()}


def _numbers(**fields: int) -> dict[int, Field]:
    return {number: Field(name, "number") for name, number in fields.items()}


def _lists(**fields: int) -> dict[int, Field]:
    return {number: Field(name, "message", repeated=True) for name, number in fields.items()}


MODEL: Final[Schema] = {
    **_numbers(ir_version=1, model_version=5),
    **_texts(producer_name=2, producer_version=3, domain=4, doc_string=6, graph=7),
    **_lists(opset_import=8, metadata_props=14, training_info=20, functions=25, configuration=26),
}
OPSET: Final[Schema] = {**_texts(domain=1), **_numbers(version=2)}
GRAPH: Final[Schema] = {
    **_lists(node=1, initializer=5, input=11, output=12, value_info=13),
    **_lists(quantization_annotation=14, sparse_initializer=15, metadata_props=16),
    **_texts(name=2, doc_string=10),
}
NODE: Final[Schema] = {
    **_lists(input=1, output=2, attribute=5, metadata_props=9, device_configurations=10),
    **_texts(name=3, op_type=4, doc_string=6, domain=7, overload=8),
}
ATTRIBUTE: Final[Schema] = {
    **_texts(name=1, s=4, t=5, g=6, doc_string=13, tp=14, ref_attr_name=21, sparse_tensor=22),
    **_numbers(i=3, type=20),
    **_lists(strings=9, tensors=10, graphs=11, type_protos=15, sparse_tensors=23),
    2: Field("f", "float"),
    7: Field("floats", "float", repeated=True),
    8: Field("ints", "number", repeated=True),
}
TENSOR: Final[Schema] = {
    1: Field("dims", "number", repeated=True),
    **_numbers(data_type=2, data_location=14),
    **_texts(segment=3, name=8, raw_data=9, doc_string=12),
    4: Field("float_data", "float", repeated=True),
    5: Field("int32_data", "number", repeated=True),
    **_lists(string_data=6, external_data=13, metadata_props=16),
    7: Field("int64_data", "number", repeated=True),
    10: Field("double_data", "double", repeated=True),
    11: Field("uint64_data", "number", repeated=True),
}
VALUE_INFO: Final[Schema] = {**_texts(name=1, type=2, doc_string=3), **_lists(metadata_props=4)}
TYPE: Final[Schema] = _texts(
    tensor_type=1, sequence_type=4, map_type=5, denotation=6, sparse_tensor_type=8, optional_type=9
)
TENSOR_TYPE: Final[Schema] = {**_numbers(elem_type=1), **_texts(shape=2)}
SHAPE: Final[Schema] = _lists(dim=1)
DIMENSION: Final[Schema] = {**_numbers(dim_value=1), **_texts(dim_param=2, denotation=3)}
