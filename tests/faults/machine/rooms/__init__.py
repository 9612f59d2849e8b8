"""The scenarios, one file for each room of actions. A new file here is found by itself."""
