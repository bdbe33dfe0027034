"""`python -m rabis_sync` is `rabis-sync`."""

from rabis_sync.cli import main

if __name__ == "__main__":
    main()
