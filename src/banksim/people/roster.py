"""All simulated people, by the user name they sign in with."""

from functools import lru_cache

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
