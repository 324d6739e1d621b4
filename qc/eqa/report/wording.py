"""What every report says."""

USE = "For research use. motiscope is not a cleared medical device."
