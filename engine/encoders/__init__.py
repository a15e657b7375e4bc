"""Exported networks: verified by their manifest, run by onnxruntime."""
