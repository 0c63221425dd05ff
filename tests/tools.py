"""What some tests need of Debian: Tesseract, ClamAV, a driver for Java, Apache.

Where one is missing and cannot be installed, those tests skip and say why.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tinhso.documents.providers import ocr

NO_TESSERACT = (
    "Tesseract with Vietnamese is not installed;"
    " `apt-get install tesseract-ocr tesseract-ocr-vie`"
)
# How Spark reaches the catalogue when it writes; it comes as a jar only.
JDBC = Path("/usr/share/java/postgresql.jar")
NO_JDBC = (
    "the PostgreSQL driver for Java is not installed;"
    " `apt-get install libpostgresql-jdbc-java`"
)
# A server that signs people in elsewhere before it shows a page.
APACHE_MODULES = Path("/usr/lib/apache2/modules")
NO_APACHE = (
    "Apache with OpenID Connect is not installed;"
    " `apt-get install apache2-bin libapache2-mod-auth-openidc`"
)
NO_CLAMD = "ClamAV is not installed; `apt-get install clamav-daemon`"


def has_tesseract() -> bool:
    """Tell whether scans can be read here."""
    return ocr.reader() is not None


def clamd() -> str | None:
    """Find ClamAV's daemon."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


def apache() -> str | None:
    """Find Apache, if it can sign people in elsewhere."""
    if not (APACHE_MODULES / "mod_auth_openidc.so").is_file():
        return None
    return shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")


def install() -> None:
    """Install what is missing where that is allowed; say so where it is not."""
    missing = [] if _reads_vietnamese() else ["tesseract-ocr", "tesseract-ocr-vie"]
    missing += [] if clamd() else ["clamav-daemon"]
    missing += [] if JDBC.is_file() else ["libpostgresql-jdbc-java"]
    missing += [] if apache() else ["apache2-bin", "libapache2-mod-auth-openidc"]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run([*command, *missing], check=False)
    if not _reads_vietnamese():
        print(f"Tests of scans will skip: {NO_TESSERACT}", flush=True)
    if clamd() is None:
        print(f"Tests of the virus scanner will skip: {NO_CLAMD}", flush=True)
    if apache() is None:
        print(f"A test of signing in elsewhere will skip: {NO_APACHE}", flush=True)
    if not JDBC.is_file():
        print(f"Tests of what Spark writes will skip: {NO_JDBC}", flush=True)


def _reads_vietnamese() -> bool:
    if not shutil.which("tesseract"):
        return False
    known = subprocess.run(["tesseract", "--list-langs"], capture_output=True)
    return b"vie" in known.stdout
