"""Files that the screen reads and writes; in a browser they are uploads and downloads."""
