"""What stands in the log of the server."""

import logging


class OneLineForRefusals(logging.Filter):
    """A page that was refused or not found is a line; a traceback says that something broke."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
