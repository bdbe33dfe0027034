"""What a record is: bytes to fields to meaning. Pure: no clock, no SQL, no HTTP."""
