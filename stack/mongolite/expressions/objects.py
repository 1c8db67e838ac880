"""Operators on documents."""

from mongolite.accumulators import REDUCERS
from mongolite.errors import MongoError
from mongolite.expressions.compiler import (
    Names,
    Run,
    Variables,
    compile_expression,
    is_nullish,
    named_arguments,
    operator,
    special,
)
from mongolite.values import MISSING, Document, Value, encode, type_name


@operator("$mergeObjects", least=0, most=None)
def _merge_objects(*values: Value) -> Value:
    return REDUCERS["$mergeObjects"](list(values))


@operator("$objectToArray")
def _object_to_array(value: Value) -> Value:
    if is_nullish(value):
        return None
    if type(value) is not dict:
        raise MongoError(
            40390, f"$objectToArray requires a document input, found: {type_name(value)}"
        )
    return [{"k": name, "v": item} for name, item in value.items()]


@operator("$arrayToObject")
def _array_to_object(values: Value) -> Value:
    if is_nullish(values):
        return None
    if type(values) is not list:
        raise MongoError(
            40386, f"$arrayToObject requires an array input, found: {type_name(values)}"
        )
    return dict(map(_pair, values))


def _pair(item: Value) -> tuple[str, Value]:
    if type(item) is dict and item.keys() == {"k", "v"}:
        name, value = item["k"], item["v"]
    elif type(item) is list and len(item) == 2:
        name, value = item
    else:
        raise MongoError(40392, "$arrayToObject requires pairs or objects with k and v")
    if type(name) is not str:
        raise MongoError(40394, "$arrayToObject requires the keys to be of type string")
    return name, value


@special("$getField")
def _get_field(argument: Value, names: Names) -> Run:
    if type(argument) is dict and "field" in argument:
        fields = named_arguments("$getField", argument, ("field",), ("input",))
    else:
        fields = {"field": argument}
    name = compile_expression(fields["field"], names)
    source = compile_expression(fields.get("input", "$$CURRENT"), names)

    def run(variables: Variables) -> Value:
        node, field = source(variables), _name(name(variables), "$getField")
        if node is None:
            return None
        return node.get(field, MISSING) if type(node) is dict else MISSING

    return run


def _name(value: Value, operator_name: str) -> str:
    if type(value) is not str:
        raise MongoError(3041704, f"{operator_name} requires 'field' to evaluate to a string")
    return value


def _field_setter(name: str, *, with_value: bool) -> None:
    @special(name)
    def compile_(argument: Value, names: Names) -> Run:
        required = ("field", "input", "value") if with_value else ("field", "input")
        fields = named_arguments(name, argument, required)
        field, source, value = (
            compile_expression(fields.get(one, "$$REMOVE"), names)
            for one in ("field", "input", "value")
        )

        def run(variables: Variables) -> Value:
            node = source(variables)
            if is_nullish(node):
                return None
            return _with(node, _name(field(variables), name), value(variables), name)

        return run


def _with(node: Value, field: str, value: Value, name: str) -> Document:
    if type(node) is not dict:
        raise MongoError(4161105, f"{name} requires 'input' to evaluate to an object")
    if value is MISSING:
        return {key: item for key, item in node.items() if key != field}
    return node | {field: value}


_field_setter("$setField", with_value=True)
_field_setter("$unsetField", with_value=False)


@operator("$bsonSize")
def _bson_size(value: Value) -> Value:
    if is_nullish(value):
        return None
    if type(value) is not dict:
        raise MongoError(31393, f"$bsonSize requires a document input, found: {type_name(value)}")
    return len(encode(value))


@operator("$binarySize")
def _binary_size(value: Value) -> Value:
    if is_nullish(value):
        return None
    if isinstance(value, bytes):
        return len(value)
    if type(value) is str:
        return len(value.encode())
    raise MongoError(51276, f"$binarySize requires a string or BinData, found: {type_name(value)}")
