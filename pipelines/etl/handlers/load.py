"""Stores orders in an SQLite database, whose path ORDERS_DATABASE says."""

import os
import sqlite3

TABLE = """
    CREATE TABLE IF NOT EXISTS orders (
        orderId TEXT PRIMARY KEY, orderedOn TEXT, product TEXT, quantity INTEGER,
        customerId TEXT, customer TEXT, country TEXT, amount REAL
    )
"""
# A batch that is stored again, after an interruption for instance, changes nothing.
STORE = """
    INSERT OR REPLACE INTO orders VALUES (
        :orderId, :orderedOn, :product, :quantity, :customerId, :customer, :country, :amount
    )
"""


def store(event, context):
    orders = event["orders"]
    connection = sqlite3.connect(os.environ["ORDERS_DATABASE"], timeout=30)
    try:
        with connection:
            connection.execute(TABLE)
            connection.executemany(STORE, orders)
    finally:
        connection.close()
    return {"stored": len(orders), "revenue": round(sum(order["amount"] for order in orders), 2)}
