"""Settings of the command line and the screens, from file and environment."""
