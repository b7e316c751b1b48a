"""The server's own backups: a dated folder with the database, the secret and a manifest, made and put back."""
