"""The frozen files: written, read, asked, attacked, handed out."""
