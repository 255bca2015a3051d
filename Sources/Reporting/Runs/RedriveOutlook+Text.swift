import Engine
import JSON
import Journal

extension RedriveOutlook {
    /// What is kept and what runs again, in a table, and what else there is to know.
    public var lines: [String] {
        let place = failedState.map { ", the execution goes on at state '\($0)'" } ?? ""
        let none = "no item runs again" + (isIdle ? ", the run stays as it is" : place)
        guard !maps.isEmpty else { return [none] }
        var table = Table(
            ["map run"]
                + ["kept", "failed", "invalidated", "changed", "new", "vanished"].map {
                    Table.Column($0, isNumber: true)
                })
        for map in maps {
            let counts = [map.kept, map.failed, map.invalidated, map.changed].map(Quantity.grouped)
            table.add(
                [map.title] + counts
                    + [map.new.map(Quantity.grouped) ?? "?", Quantity.grouped(map.vanished)])
        }
        let remarks = maps.flatMap { map in map.remarks.map { "\(map.title): \($0)" } }
        return table.lines + remarks + (maps.contains(where: \.runs) ? [] : [none])
    }

    /// An object for each Map Run.
    public var values: [Value] { maps.map(\.value) }
}

extension RedriveOutlook.Map {
    fileprivate var title: String { RunDirectory.mapName(ofFolder: name) }

    /// What the numbers alone do not say.
    fileprivate var remarks: [String] {
        var remarks: [String] = []
        if isInputChanged {
            remarks.append(
                "the input has changed since"
                    + (seesInput ? "" : "; what of it is new is told when the Map starts"))
        }
        let (passed, unknown) = keptThoughChanged
        if passed + unknown > 0 {
            let states =
                changedStates.isEmpty
                ? "their input or first state is another"
                : "through \(changedStates.map { "'\($0)'" }.joined(separator: ", ")), now changed"
            let parts = [
                passed > 0 ? "\(Quantity.grouped(passed)) kept items went" : nil,
                unknown > 0 ? "\(Quantity.grouped(unknown)) kept items may have gone" : nil,
            ].compactMap(\.self)
            let what = changedStates.isEmpty ? "\(Quantity.count(passed, "kept item")): " : ""
            remarks.append(
                (what.isEmpty ? parts.joined(separator: ", ") + " " : what) + states
                    + "; --keep unaffected runs those again")
        }
        if setAside > 0 {
            remarks.append(
                "\(Quantity.grouped(setAside)) of the kept are set aside, see maprun quarantine")
        }
        if startsWithItem { remarks.append("starts again from the beginning, as its item does") }
        if startAgain > 0 {
            remarks.append(
                "\(Quantity.grouped(startAgain)) of the failed start again, as their state is gone")
        }
        return remarks
    }

    /// As an object of a listing.
    fileprivate var value: Value {
        [
            "mapRun": .string(name), "kept": .int(kept), "failed": .int(failed),
            "invalidated": .int(invalidated), "changed": .int(changed),
            "new": new.map { .int($0) } ?? .null, "vanished": .int(vanished),
            "changedStates": .array(changedStates.map { .string($0) }),
            "keptThoughChanged": .int(keptThoughChanged.passed),
            "keptThoughUnknown": .int(keptThoughChanged.unknown),
            "startAgain": .int(startAgain), "startsWithItem": .bool(startsWithItem),
            "setAside": .int(setAside),
            "inputHasChanged": .bool(isInputChanged),
            "inputWasRead": .bool(seesInput),
        ]
    }
}
