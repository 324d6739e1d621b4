"""From the sensor to a clip on disk: cameras, stage, heater, fields, recording, simulation."""
