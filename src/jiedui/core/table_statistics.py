"""What the database knows of its tables, and plans its queries by."""

import logging

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)

# Entries of an index that SQLite looks at: with 1,000 it confuses them; all of them take it ten
# times as long as these 60 ms, in which nobody else can write.
LOOKED_AT = 10_000


def gather() -> None:
    """Count anew how the values of columns are spread: after many rows came, and once a day.

    SQLite never does it by itself, and then takes an index that leads to half of a table for as
    good as one that leads to a single row.
    """
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA analysis_limit={LOOKED_AT}")
            cursor.execute("ANALYZE")
    except DatabaseError:  # what was done before is done, and the next day brings them
        logger.exception("The statistics of the tables could not be gathered")
