"""What we remember. The only room with SQL."""
