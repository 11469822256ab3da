"""All simulated people, by the user name they sign in with."""

from functools import lru_cache

from banksim.model import Item
from banksim.people import custom
from banksim.people.model import Person


@lru_cache(maxsize=1)
def everybody() -> dict[str, Person]:
    from banksim.people import family, freelancer, okafor, platypus, retiree, student, traveller

    people = (
        *(module.PERSON for module in (okafor, student, family, freelancer, retiree, traveller)),
        platypus.GOOD,
        platypus.PERSON,
    )
    return {person.username: person for person in people}


def find(username: str) -> Person | None:
    return everybody().get(username)


def at_bank(institution_id: str) -> list[Person]:
    return [person for person in everybody().values() if any(login.institution_id == institution_id for login in person.logins)]


def person_of(item: Item) -> Person | None:
    """Whose item this is; None for somebody an older version knew."""
    return custom.person(item.custom, item.institution_id) if item.custom else find(item.username)
