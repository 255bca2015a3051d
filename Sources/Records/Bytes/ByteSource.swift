/// Bytes in order, decompressed, for one reader thread.
protocol ByteSource: AnyObject {
    /// The file's name, for messages.
    var file: String { get }
    /// Fills part of `buffer` (which is not empty); 0 is the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int
    /// Bytes taken from the disk so far, and how many there are in all.
    var progress: ReadingProgress { get }
}
