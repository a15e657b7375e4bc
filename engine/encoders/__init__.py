"""Model packs: exported networks, checked against their manifest and run by onnxruntime."""
