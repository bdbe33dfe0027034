"""What Web-RABIS calls a record, and how it becomes a MARC record: shared by the sources ``rabis_*``."""
