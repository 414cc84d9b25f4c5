"""The product and the simulated world in one process, for whole shifts."""
