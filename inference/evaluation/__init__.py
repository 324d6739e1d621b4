"""How good detection and tracking are: scores against human tracks, and the peers beside them."""
