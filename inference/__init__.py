"""From a clip to grades: detector, linking, kinematics, grading and counting."""
