import Synchronization

/// The date pictures in use, analysed once: most programs have two or three.
enum DatePictures {
    private static let known = Mutex<[String: DatePicture]>([:])
    private static let capacity = 64

    static func compiled(_ text: String) throws -> DatePicture {
        if let picture = known.withLock({ $0[text] }) { return picture }
        let picture = try DatePicture(text)
        known.withLock { if $0.count < capacity { $0[text] = picture } }
        return picture
    }
}
