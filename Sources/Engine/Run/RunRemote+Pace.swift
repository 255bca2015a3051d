import Journal
import Scheduling

extension RunRemote {
    /// Changes the rate of the run's calls; nil lifts it.
    public func change(to rate: Rate?) throws(RunError) -> Change {
        var died: String?
        while true {
            if let outcome = try ExecutionHistory.read(directory.journalPath).outcome {
                let status = ExecutionOutcome.Status(outcome.status).rawValue
                return .refused(
                    "run '\(directory.id)' has ended: \(status); give the rate to "
                        + "maprun redrive")
            }
            guard let (number, holder) = try RunOwner.holding(of: directory.path) else {
                guard try keep(rate) else { continue }
                return .kept(diedMeanwhile: died)
            }
            let request = ControlRequest(.pace(rate?.text), owner: number)
            switch try ask(request, holder) {
            case .done: return .taken(holder: holder)
            case .refused(let reason): return .refused(reason)
            case nil: died = holder
            }
        }
    }

    /// Notes the rate in the run's journal, as the only process at the run; false if another was
    /// faster, or the run has ended.
    private func keep(_ rate: Rate?) throws(RunError) -> Bool {
        try alone { () throws(RunError) in
            guard try ExecutionHistory.read(directory.journalPath).outcome == nil else {
                return false
            }
            try ExecutionNoting.append(
                PaceNote(rate: rate).note, to: directory.journalPath, run: directory.id,
                options: journalOptions)
            return true
        }
    }
}
