"""What a pixel is worth: scale, micrometer measurement, optics and stored calibrations."""
