"""What documents need from outside: disk, fonts, typst, certificates, timestamps."""
