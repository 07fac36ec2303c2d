# The command, for clients of the original.
