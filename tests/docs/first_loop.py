"""Print the number of the first loop on Today: what a reader of the tutorial copies from the address line."""

from careloop.basics.clock import read_clock
from careloop.cli.boot import boot, operator
from careloop.facts.access import Acting, Purpose, Role


def main() -> None:
    boot()
    from careloop.reads.health import list_staff
    from careloop.reads.worklist import get_today_page

    coordinator = next(p for p in list_staff(operator()) if p.role == Role.COORDINATOR)
    page = get_today_page(Acting(coordinator.id, Role.COORDINATOR, read_clock(), Purpose.TREATMENT))
    print(page.groups[0].rows[0].id)


if __name__ == "__main__":
    main()
