"""The method: teacher, student, deconfounder, their losses, and the export to ONNX."""
