"""The archive: orders at rest go from the store into files, where all three books agree."""
