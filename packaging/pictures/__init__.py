"""Pictures of the window's views and states, from real windows; `packaging/shots` takes them."""
