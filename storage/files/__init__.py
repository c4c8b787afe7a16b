"""Files: evidence in a folder or in Azure blobs, and signed links to it."""
