"""The registration batch as a plain Python loop: csv and json, or orjson with --orjson.

    registrations.py [--orjson] INPUT.csv.gz OUTPUT.jsonl TODAY START-DATE SPOTS
"""

import csv
import gzip
import re
import sys
from collections import Counter
from datetime import date

FEES = {2: 800, 3: 750, 4: 700}
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def main(arguments):
    use_orjson = arguments[0] == "--orjson"
    if use_orjson:
        arguments = arguments[1:]
        import orjson

        dumps = orjson.dumps
    else:
        import json

        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

        def dumps(value):
            return encode(value).encode()

    source, target, today, start_date, spots = arguments
    today = date.fromisoformat(today)
    spots = int(spots)
    totals = Counter()
    with gzip.open(source, "rt", encoding="utf-8", newline="") as rows, open(target, "wb") as out:
        for index, row in enumerate(csv.DictReader(rows, restval="")):
            outcome = {"index": index, **register(row, today, start_date, spots)}
            totals[outcome.get("error", "succeeded")] += 1
            if "output" in outcome:
                totals["fees"] += outcome["output"]["fees"]
            out.write(dumps(outcome) + b"\n")
    names = ("succeeded", "InformationIncomplete", "AgeInvalid", "NoSpots", "fees")
    print(" ".join(f"{name} {totals[name]}" for name in names))


def register(row, today, start_date, spots):
    if not (row["childFirstName"] or row["childLastName"] or row["dateOfBirth"]):
        return failed("InformationIncomplete", "Missing required field: child")
    mother = parent(row, "mother")
    father = parent(row, "father")
    if not any(mother.values()) and not any(father.values()):
        return failed("InformationIncomplete", "Missing required field: parents")
    if not row["daysOfWeek"]:
        return failed("InformationIncomplete", "Missing required field: daysOfWeek")
    text = row["dateOfBirth"]
    try:
        born = date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        born = None
    if born is None:
        return failed("AgeInvalid", f"Date of birth is not a date: {text}")
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if not 2 <= age <= 5:
        message = f"Child is {age} years old, outside the daycare's age range of 2 to 5"
        return failed("AgeInvalid", message)
    if spots <= 0:
        return failed("NoSpots", "No spots available")
    return {
        "status": "SUCCEEDED",
        "output": {
            "registrationId": row["registrationId"],
            "registration_info": {
                "child": {
                    "firstName": row["childFirstName"],
                    "lastName": row["childLastName"],
                    "dateOfBirth": text,
                    "age": age,
                },
                "parents": {"mother": mother, "father": father},
                "daysOfWeek": row["daysOfWeek"].split(";"),
                "specialInstructions": row["specialInstructions"],
            },
            "fees": FEES.get(age, 650),
            "startDate": start_date,
        },
    }


def parent(row, who):
    return {
        "firstName": row[who + "FirstName"],
        "lastName": row[who + "LastName"],
        "email": row[who + "Email"],
        "phone": row[who + "Phone"],
    }


def failed(error, cause):
    return {"status": "FAILED", "error": error, "cause": cause}


if __name__ == "__main__":
    main(sys.argv[1:])
