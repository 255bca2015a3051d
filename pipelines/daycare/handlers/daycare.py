"""The four functions of the daycare registration, written as AWS Lambda runs them.

Each takes the registration as its event and answers with a status code and a body of JSON text:
200 and the registration, or 400 and a message.

DAYCARE_TODAY   the date to count from (YYYY-MM-DD); the real date when it is not set
DAYCARE_SPOTS   how many spots the daycare has left
"""

import json
import os
import re
from datetime import date, timedelta

YOUNGEST = 2
OLDEST = 5
FEES = {2: 800, 3: 750, 4: 700}
FEE_OTHERWISE = 650
NOTICE = timedelta(weeks=2)


def checkInformation(event, context):
    registration = event.get("registration_info") or {}
    for field in ("child", "parents", "daysOfWeek"):
        if not present(registration.get(field)):
            return reject(f"Missing required field: {field}")
    return accept(event)


def checkAgeRange(event, context):
    child = event["registration_info"]["child"]
    text = child.get("dateOfBirth") or ""
    born = day(text)
    if born is None:
        return reject(f"Date of birth is not a date: {text}")
    age = whole_years(born, today())
    if not YOUNGEST <= age <= OLDEST:
        return reject(
            f"Child is {age} years old, outside the daycare's age range of {YOUNGEST} to {OLDEST}"
        )
    child["age"] = age
    return accept(event)


def checkSpotsAvailability(event, context):
    if int(os.environ["DAYCARE_SPOTS"]) <= 0:
        return reject("No spots available")
    return accept(event)


def confirmRegistration(event, context):
    age = event["registration_info"]["child"]["age"]
    fees = FEES.get(age, FEE_OTHERWISE)
    return accept({**event, "fees": fees, "startDate": (today() + NOTICE).isoformat()})


def accept(registration):
    return {"statusCode": 200, "body": json.dumps(registration)}


def reject(message):
    return {"statusCode": 400, "body": json.dumps({"message": message})}


def present(value):
    """Whether anything is there: a flat row leaves a child or parent out by empty columns."""
    if isinstance(value, dict):
        return any(present(member) for member in value.values())
    return value not in (None, "", [])


def day(text):
    """The date written as YYYY-MM-DD, or None; date.fromisoformat alone takes other forms too."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def whole_years(born, now):
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


def today():
    text = os.environ.get("DAYCARE_TODAY")
    return date.fromisoformat(text) if text else date.today()
