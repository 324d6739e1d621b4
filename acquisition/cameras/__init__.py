"""Camera drivers, one file a vendor; the only places that import a vendor's library."""
