import JSON
import Records

/// Reads the same bytes with small and with large windows: the outcome has to be the same.
func check(_ bytes: [UInt8], _ type: ReaderConfiguration.InputType) -> CInt {
    var small = ReaderConfiguration(type)
    small.readBytes = 1 + bytes.count % 97
    small.blockItems = 3
    small.detachRows = true
    let first = outcome(bytes, small)
    let second = outcome(bytes, ReaderConfiguration(type))
    precondition(first.items == second.items, "items differ with the window")
    precondition(first.error == second.error, "errors differ with the window")
    return 0
}

private func outcome(
    _ bytes: [UInt8], _ configuration: ReaderConfiguration
) -> (items: [String], error: RecordsError?) {
    var items: [String] = []
    do throws(RecordsError) {
        let reader = try openReader(bytes, name: "fuzz", configuration: configuration)
        while let block = try reader.nextBlock() {
            for offset in 0..<block.count {
                let item = try block.item(at: offset)
                items.append("\(item.byteOffset) \(item.contentHash) \(item.value.serialized)")
            }
        }
        return (items, nil)
    } catch {
        return (items, error)
    }
}
