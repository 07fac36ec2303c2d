set(dummy 1)
