"""Models that work as one have an identity that anyone can work out from their cards."""

from hashlib import sha256

from inference.identity import ModelIdentity, joint_identity

HEADS, CELLS = ModelIdentity("heads", "ab" * 32), ModelIdentity("cells", "cd" * 32)


def test_two_models_together_are_named_and_hashed_together():
    both = joint_identity([HEADS, CELLS])
    assert both.name == "heads, cells"
    assert both.sha256 == sha256(("ab" * 32 + "cd" * 32).encode()).hexdigest()


def test_another_model_or_another_order_is_another_identity():
    other = ModelIdentity("cells", "ce" * 32)
    hashes = {joint_identity(parts).sha256 for parts in ([HEADS, CELLS], [HEADS, other])}
    assert len(hashes | {joint_identity([CELLS, HEADS]).sha256}) == 3
