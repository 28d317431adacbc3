"""The machine around us: folders, logs, processes, time and chance."""
