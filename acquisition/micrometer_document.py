"""A calibration as the JSON document that is published."""

from importlib.metadata import version
from typing import Any

from acquisition.micrometer_file import MicrometerFile
from acquisition.micrometer_set import Calibration
from calibration.readings import MeasuredScale, mean_distortion

SCHEMA = 1


def to_document(found: Calibration, division_um: float) -> dict[str, Any]:
    """Return the result as it is published: schema 1."""
    readings = [file.reading for file in found.files]
    distortion, u_distortion = mean_distortion(readings)
    return {
        "schema": SCHEMA,
        "software": f"motiscope {version('motiscope')}",
        "accepted": found.accepted,
        "reasons": list(found.reasons),
        **_scale_document(found.measured),
        "pixel_aspect": found.aspect or None,
        "division_um": division_um,
        "angle_deg": readings[0].angle_deg if readings else None,
        "divisions": min((reading.divisions for reading in readings), default=None),
        "distortion_percent": distortion,
        "u_distortion_percent": u_distortion,
        "files": [
            *(_file_document(file) for file in found.files),
            *({"path": str(r.path), "accepted": False, "reason": r.why} for r in found.refused),
        ],
    }


def _scale_document(measured: MeasuredScale | None) -> dict[str, Any]:
    keys = ("um_per_px_x", "um_per_px_y", "u_rel_percent", "u_rel_percent_x", "u_rel_percent_y")
    if measured is None:
        return {**dict.fromkeys(keys), "u_parts_percent": None}
    scale = measured.scale
    lens = measured.u_rel_distortion
    u_x, u_y = 100 * (scale.u_rel_x or 0.0), 100 * (scale.u_rel_y or 0.0)
    values = (scale.um_per_px_x, scale.um_per_px_y, max(u_x, u_y), u_x, u_y)
    return {
        **dict(zip(keys, values, strict=True)),
        "u_parts_percent": {
            "reading": [100 * u for u in measured.u_rel_reading],
            "repeat": [100 * u for u in measured.u_rel_repeat],
            "certificate": 100 * measured.u_rel_certificate,
            "pixel_shape": [100 * u for u in measured.u_rel_shape],
            "distortion": None if lens is None else 100 * lens,
        },
    }


def _file_document(file: MicrometerFile) -> dict[str, Any]:
    reading = file.reading
    return {
        "path": str(file.path),
        "sha256": file.sha256,
        "accepted": True,
        "frames": file.frames,
        "specimen_from": file.specimen_from,
        "um_per_px": reading.um_per_px,
        "u_rel_percent": 100 * reading.u_rel_reading,
        "pitch_px": reading.pitch_px,
        "angle_deg": reading.angle_deg,
        "u_angle_deg": reading.u_angle_deg,
        "divisions": reading.divisions,
        "dark_lines": reading.dark_lines,
        "edge_px": reading.edge_px,
        "distortion_percent": reading.distortion_percent,
        "u_distortion_percent": reading.u_distortion_percent,
    }
