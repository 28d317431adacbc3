"""Where secrets are kept: the system's keychain, or a file sealed under a passphrase."""
