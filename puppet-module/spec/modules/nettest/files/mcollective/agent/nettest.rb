# The code of the agent, for nodes of the original.
