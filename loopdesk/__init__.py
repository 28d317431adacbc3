"""LoopDesk: one prioritized pane over the mail, meetings, tasks and files of one person."""

__version__ = "0.1.0"
