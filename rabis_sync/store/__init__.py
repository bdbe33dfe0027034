"""All SQL on our database: tables, units of work, one repository for each aggregate, migrations, backups."""
