"""``python -m careloop``."""

from careloop.cli.main import main

if __name__ == "__main__":
    main()
