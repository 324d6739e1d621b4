"""The shipped model is the one that its card describes, or it is refused."""

import json
import shutil
from hashlib import sha256

import pytest

from inference.model import (
    SHIPPED_DARK_HEADS,
    SHIPPED_GRADES,
    SHIPPED_HEADS,
    ModelError,
    load_model,
    read_card,
    read_heads_card,
)


@pytest.fixture
def copied_card(tmp_path):
    for name in ("heads.json", "heads.onnx"):
        shutil.copy(SHIPPED_HEADS.parent / name, tmp_path / name)
    return tmp_path / "heads.json"


@pytest.mark.parametrize("path", [SHIPPED_HEADS, SHIPPED_DARK_HEADS])
def test_the_shipped_model_loads_and_its_card_says_where_it_comes_from(path):
    session = load_model(read_card(path))
    assert [one.name for one in session.get_inputs()] == ["pictures"]
    card = json.loads(path.read_text())
    for part in ("trained_on", "checked_on", "licence", "recipe", "limits"):
        assert card[part], part


def test_one_changed_byte_is_noticed(copied_card):
    model = copied_card.with_suffix(".onnx")
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    with pytest.raises(ModelError, match=r"heads\.onnx is not the one its card describes"):
        load_model(read_card(copied_card))


def test_a_missing_model_is_named(copied_card):
    copied_card.with_suffix(".onnx").unlink()
    with pytest.raises(ModelError, match=r"heads\.onnx cannot be read"):
        load_model(read_card(copied_card))


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"name": "x", "sha256": "y"}'])
def test_a_damaged_card_is_named(copied_card, content):
    copied_card.write_text(content)
    with pytest.raises(ModelError, match=r"heads\.json is damaged"):
        read_card(copied_card)


def test_the_card_of_another_model_is_no_detectors():
    with pytest.raises(ModelError, match=r"grades\.json is no detector's: 'um_per_px' is missing"):
        read_heads_card(SHIPPED_GRADES)


def test_a_file_that_is_no_model_is_named(copied_card):
    copied_card.with_suffix(".onnx").write_bytes(b"no model")
    card = json.loads(copied_card.read_text()) | {"sha256": sha256(b"no model").hexdigest()}
    copied_card.write_text(json.dumps(card))
    with pytest.raises(ModelError, match=r"heads\.onnx is no model"):
        load_model(read_card(copied_card))
