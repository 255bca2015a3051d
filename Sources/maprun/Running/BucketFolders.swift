import Tasks

/// Finds the folder that stands for a bucket: the one that maprun.yaml names, else one of the
/// bucket's name beside the definition, else one in the folder the run was started in. One that
/// is nowhere is made, when something is written to it, beside the definition.
struct BucketFolders: Sendable {
    private let bound: [String: String]
    private let definitionFolder: String
    private let workingDirectory: String

    init(_ bindings: Bindings, definitionPath: String, launch: Launch) {
        bound = bindings.buckets
        definitionFolder = FilePath.folder(of: definitionPath)
        workingDirectory = launch.directory
    }

    func folder(_ bucket: String) -> String? {
        if let folder = bound[bucket] { return folder }
        let beside = "\(definitionFolder)/\(bucket)"
        let here = "\(workingDirectory)/\(bucket)"
        return !FilePath.isFolder(beside) && FilePath.isFolder(here) ? here : beside
    }
}
