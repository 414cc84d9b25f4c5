"""What we decide. Pure Python, standard library only: values in, values out."""
