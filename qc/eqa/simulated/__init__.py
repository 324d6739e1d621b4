"""A simulated data set in the layout and geometry of VISEM-QC, with its truth."""
