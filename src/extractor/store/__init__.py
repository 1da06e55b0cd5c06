"""Model files: the catalog, where files live, how they are checked, and the one door to the network (`pull`)."""
