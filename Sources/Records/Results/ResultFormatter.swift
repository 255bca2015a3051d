import JSON

/// Writes child records in the shape that a `WriterConfig` asks for.
public struct ResultFormatter: ~Copyable {
    /// What is asked for.
    public let configuration: WriterConfiguration
    private var scratch = ByteBuffer(capacity: 1024)

    /// A formatter.
    public init(_ configuration: WriterConfiguration) { self.configuration = configuration }

    /// What stands before the first element.
    public func open(_ out: inout ByteBuffer) {
        if configuration.outputType == .json { out.append(0x5B) }
    }

    /// What stands after the last element.
    public func close(_ out: inout ByteBuffer) {
        if configuration.outputType == .json { out.append(0x5D) }
    }

    /// Appends the elements that stand for `record` and gives back how many: one, unless flattening
    /// makes it none or more. `isFirst` tells that there is no element before them.
    public mutating func append(
        _ record: ChildRecord, isFirst: Bool, to out: inout ByteBuffer
    ) -> Int {
        guard record.status == .succeeded, configuration.transformation != .none,
            let output = record.output
        else {
            begin(isFirst, &out)
            write(record, to: &out)
            end(&out)
            return 1
        }
        if configuration.transformation == .flatten, let array = output.array {
            return append(array, isFirst: isFirst, to: &out)
        }
        begin(isFirst, &out)
        output.write(to: &out)
        end(&out)
        return 1
    }

    /// Appends the output, as JSON text, of a child that succeeded: the element of a compact file.
    func append(
        output: UnsafeBufferPointer<UInt8>, isFirst: Bool, to out: inout ByteBuffer
    ) {
        begin(isFirst, &out)
        out.append(output)
        end(&out)
    }

    private func append(_ array: ArrayValue, isFirst: Bool, to out: inout ByteBuffer) -> Int {
        var isFirst = isFirst
        for element in array {
            begin(isFirst, &out)
            element.write(to: &out)
            end(&out)
            isFirst = false
        }
        return array.count
    }

    private func begin(_ isFirst: Bool, _ out: inout ByteBuffer) {
        if configuration.outputType == .json && !isFirst { out.append(0x2C) }
    }

    private func end(_ out: inout ByteBuffer) {
        if configuration.outputType == .jsonLines { out.append(0x0A) }
    }

    /// The record with its metadata; members are in alphabetical order, as AWS writes them.
    private mutating func write(_ record: ChildRecord, to out: inout ByteBuffer) {
        out.append(0x7B)
        member("Cause", record.cause, &out)
        member("Error", record.error, &out)
        member("ExecutionArn", record.executionArn, &out)
        payload("Input", record.input, &out)
        member("Name", record.name, &out)
        if let output = record.output { payload("Output", output, &out) }
        name("RedriveCount", &out)
        out.append(decimal: record.redriveCount)
        member("RedriveStatus", Text(record.redriveStatus.rawValue), &out)
        member("RedriveStatusReason", record.redriveStatusReason, &out)
        member("StartDate", record.startDate, &out)
        member("StateMachineArn", record.stateMachineArn, &out)
        member("Status", Text(record.status.rawValue), &out)
        member("StopDate", record.stopDate, &out)
        out.append(0x7D)
    }

    private func name(_ name: StaticString, _ out: inout ByteBuffer) {
        // The byte before is the opening brace only in front of the first member.
        if out.bytes.last != 0x7B { out.append(0x2C) }
        out.append(0x22)
        out.append(name)
        out.append("\":")
    }

    private func member(_ name: StaticString, _ text: Text?, _ out: inout ByteBuffer) {
        guard let text else { return }
        self.name(name, &out)
        text.writeQuoted(to: &out)
    }

    /// A value as JSON text in a string, and behind it the details that say that it is there.
    private mutating func payload(
        _ name: StaticString, _ payload: ChildRecord.Payload, _ out: inout ByteBuffer
    ) {
        scratch.removeAll()
        payload.write(to: &scratch)
        self.name(name, &out)
        out.append(quoting: scratch.bytes)
        out.append(",\"")
        out.append(name)
        out.append("Details\":{\"Included\":true}")
    }
}

extension ChildRecord.Payload {
    fileprivate func write(to out: inout ByteBuffer) {
        switch self {
        case .value(let value): value.write(to: &out)
        case .json(let text): text.withUTF8 { out.append($0) }
        }
    }

    fileprivate var array: ArrayValue? {
        switch self {
        case .value(let value): return value.array
        case .json(let text):
            guard text.withUTF8({ $0.first }) == 0x5B else { return nil }
            // Kept texts come from values, so they are JSON; one that is not is written as it is.
            return try? text.withUTF8 { try Value.parse($0).array }
        }
    }
}
