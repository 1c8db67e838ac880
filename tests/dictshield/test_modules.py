"""Section 1 of the interface: every module and every name."""

import importlib
import subprocess
import sys

import pytest

NAMES = {
    "dictshield": "",
    "dictshield.base": "ShieldException DictPunch InvalidShield ShieldDocException subclass_exception json"
    " BaseField ObjectIdField UUIDField BaseDocument DocumentMetaclass TopLevelDocumentMetaclass get_document",
    "dictshield.document": "Document EmbeddedDocument BaseDocument SafeableMixin DocumentMetaclass"
    " TopLevelDocumentMetaclass DocumentOptions TopLevelDocumentOptions swap_field diff_id_field"
    " schema_kwargs_to_dictshield ShieldException ShieldDocException BaseField UUIDField DictFieldNotFound"
    " dictshield_fields json QueryableDocument BaseDocumentManager",
    "dictshield.fields": "BaseField BaseFieldMetaClass StringField URLField EmailField UUIDField NumberField"
    " IntField LongField FloatField DecimalField MD5Field SHA1Field BooleanField DateTimeField DictField"
    " GeoPointField JsonNumberMixin JsonHashMixin ShieldException InvalidShield dictshield_fields"
    " DictFieldNotFound EmbeddedDocument ListField SortedListField EmbeddedDocumentField MultiValueDictField"
    " ObjectIdField",
    "dictshield.fields.base": "BaseField BaseFieldMetaClass StringField URLField EmailField UUIDField NumberField"
    " IntField LongField FloatField DecimalField MD5Field SHA1Field BooleanField DateTimeField DictField"
    " GeoPointField JsonNumberMixin JsonHashMixin ShieldException InvalidShield",
    "dictshield.fields.compound": "ListField SortedListField EmbeddedDocumentField MultiValueDictField"
    " RECURSIVE_REFERENCE_CONSTANT",
    "dictshield.fields.mongo": "ObjectIdField",
    "dictshield.fields.bson": "ObjectIdField",
    "dictshield.fields.temporal": "TimeStampField",
    "dictshield.forms": "Form FormPunch default_field_map default_name_map",
    "dictshield.datastructures": "MultiValueDict MultiValueDictKeyError",
}


@pytest.mark.parametrize("module", NAMES)
def test_every_name_is_where_programs_import_it_from(module: str) -> None:
    """Each module of the interface has each of its names."""
    found = importlib.import_module(module)
    missing = [name for name in NAMES[module].split() if not hasattr(found, name)]
    assert missing == []


@pytest.mark.parametrize("module", NAMES)
def test_every_module_can_be_the_first_to_be_imported(module: str) -> None:
    """No order of imports fails, though modules refer to one another."""
    names = NAMES[module].replace(" ", ", ")
    line = f"from {module} import {names}" if names else f"import {module}"
    subprocess.run([sys.executable, "-c", line], check=True, env={"PYTHONPATH": ":".join(sys.path)})


def test_star_import_gives_the_fields_of_all_releases() -> None:
    """`from dictshield.fields import *` includes the compound fields, as it did in 2011."""
    names: dict[str, object] = {}
    exec("from dictshield.fields import *", names)  # noqa: S102 - the statement itself is under test
    assert {"ListField", "EmbeddedDocument", "StringField", "ShieldException"} <= names.keys()


@pytest.mark.parametrize("module", ["dictshield.base", "dictshield.fields"])
def test_an_unknown_name_is_an_attribute_error(module: str) -> None:
    """Lazy names do not turn misspelt ones into something else."""
    with pytest.raises(AttributeError, match="scan"):
        assert importlib.import_module(module).scan


def test_object_ids_without_bson_say_what_to_install() -> None:
    """Without bson, importing ObjectIdField tells how to get it, and everything else works."""
    program = (
        "import sys; sys.modules['bson'] = None\n"
        "import dictshield.fields as fields, dictshield.document as d\n"
        "class A(d.Document): name = fields.StringField()\n"
        "assert A(id='f' * 24).errors() != []\n"
        "try:\n    fields.ObjectIdField\nexcept ImportError as e:\n    assert 'pip install brubeck[mongo]' in str(e)\n"
        "else:\n    raise SystemExit('no error')"
    )
    subprocess.run(
        [sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )


def test_nothing_of_brubeck_is_imported() -> None:
    """The package stands alone."""
    program = (
        "import sys, dictshield.forms, dictshield.fields.compound, dictshield.fields.mongo\n"
        "assert not [m for m in sys.modules if m.partition('.')[0] in ('brubeck', 'gevent', 'zmq', 'eventlet')]"
    )
    subprocess.run(
        [sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
