/// First in, first out, without moving the rest at each removal.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    /// Puts elements, in this order, before all others.
    mutating func prepend(_ front: [Element]) {
        elements.replaceSubrange(..<head, with: front)
        head = 0
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head >= 256 && head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    mutating func removeAll() -> [Element] {
        defer { (elements, head) = ([], 0) }
        return elements[head...].compactMap { $0 }
    }

    func first(where matches: (Element) -> Bool) -> Element? {
        for element in elements[head...] { if let element, matches(element) { return element } }
        return nil
    }
}
