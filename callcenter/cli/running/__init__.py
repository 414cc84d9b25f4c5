"""What keeps programs running in the foreground: web servers, children, the ports they take."""
