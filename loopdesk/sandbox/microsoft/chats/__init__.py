"""Teams' chats."""
