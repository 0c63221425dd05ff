"""The log, one JSON object a line: programs read it, and nobody forges a line."""

import json
import logging
from datetime import UTC, datetime


class Lines(logging.Formatter):
    """Write a record with moment (UTC), level, logger, message and what went wrong."""

    def format(self, record: logging.LogRecord) -> str:
        """Write it on one line, whatever the message holds."""
        at = datetime.fromtimestamp(record.created, UTC)
        told = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
