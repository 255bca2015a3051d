import JSON

/// Makes orders of the customers; a few in a hundred have something wrong.
struct Orders: FlatRowMaker {
    enum Fault {
        case none, quantity, price, date, customer
    }

    struct Row {
        let number: Int
        let fault: Fault
        let customer: Int
        let orderedOn: CivilDate
        let product: Int
        let quantity: Int
        /// In cents.
        let price: Int
        let currency: StaticString
    }

    /// How many customers place the orders.
    static let customers = 400

    static let columns: [StaticString] = [
        "orderId", "customerId", "orderedOn", "product", "quantity", "unitPrice", "currency",
    ]

    let seed: UInt64

    func draw(row: Int) -> Row {
        var random = SplitMix64(seed: seed, row: row)
        let fault = Self.fault(random.below(1000))
        let customer = 1 + random.below(Self.customers)
        return Row(
            number: row + 1, fault: fault,
            customer: fault == .customer ? customer + 900_000 : customer,
            orderedOn: CivilDate(daysSince1970: Registration.today - 1 - random.below(365)),
            product: random.below(Words.products.count), quantity: 1 + random.below(9),
            price: 199 + random.below(20_000),
            currency: Words.currencies[random.below(Words.currencies.count)])
    }

    private static func fault(_ permille: Int) -> Fault {
        switch permille {
        case 0..<10: .quantity
        case 10..<20: .price
        case 20..<30: .date
        case 30..<40: .customer
        default: .none
        }
    }

    func write(column: Int, of row: Row, to buffer: inout ByteBuffer) {
        switch column {
        case 0:
            buffer.append(0x4F)
            buffer.append(row.number, digits: 9)
        case 1: Customers.writeIdentifier(row.customer, to: &buffer)
        case 2 where row.fault == .date: buffer.append("yesterday")
        case 2: row.orderedOn.write(to: &buffer)
        case 3: buffer.append(Words.products[row.product])
        case 4 where row.fault == .quantity: buffer.append("two")
        case 4: buffer.append(decimal: row.quantity)
        case 5 where row.fault == .price: break
        case 5:
            buffer.append(decimal: row.price / 100)
            buffer.append(0x2E)
            buffer.append(row.price % 100, digits: 2)
        default: buffer.append(row.currency)
        }
    }
}
