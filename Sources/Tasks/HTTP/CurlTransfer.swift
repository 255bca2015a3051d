import CCurl
import StatesLanguage

/// One request on its way, and what has come back of it.
final class CurlTransfer: @unchecked Sendable {
    // Proof: made once, then used on the event loop's thread only.
    private let call: HTTPCall
    private let settings: HTTPSettings
    private var ended: ((End, String, HTTPAnswer) -> Void)?
    private var answer = HTTPAnswer()
    /// libcurl's own, while it goes on.
    private(set) var handle: OpaquePointer?

    /// How a transfer ended.
    enum End {
        case answered, timedOut, tooLarge, failed

        init(_ end: ccurl_end) {
            switch end {
            case ccurl_answered: self = .answered
            case ccurl_timed_out: self = .timedOut
            case ccurl_too_large: self = .tooLarge
            default: self = .failed
            }
        }
    }

    /// A transfer that tells `ended` how it ended, the reason, and what came.
    init(
        _ call: HTTPCall, _ settings: HTTPSettings,
        ended: @escaping (End, String, HTTPAnswer) -> Void
    ) {
        self.call = call
        self.settings = settings
        self.ended = ended
    }

    static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    func end(_ end: End, _ reason: String) {
        ended?(end, reason, answer)
        ended = nil
    }

    /// Hands the request to libcurl; the reason if that takes it not.
    func start(in pool: OpaquePointer) -> String? {
        var request = ccurl_request()
        request.timeout_milliseconds = max(1, Int(settings.timeout * 1000))
        request.largest_body = CommandOutput.largestDocument
        request.context = Unmanaged.passUnretained(self).toOpaque()
        request.header = { context, line, count in
            CurlTransfer.at(context)?.answer.take(line: CurlTransfer.bytes(line, count))
        }
        request.data = { context, bytes, count in
            CurlTransfer.at(context)?.answer.take(body: CurlTransfer.bytes(bytes, count))
        }
        var reason: UnsafePointer<CChar>?
        let lines = call.headers.map {
            $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)"
        }
        // libcurl would ask for leave to send large bodies, and wait for it.
        withCStrings(lines + ["Expect:"]) { headers in
            request.headers = headers.map {
                UnsafeRawPointer($0).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
            }
            handle = start(&request, in: pool, &reason)
        }
        return handle == nil ? reason.map { String(cString: $0) } ?? "" : nil
    }

    private func start(
        _ request: inout ccurl_request, in pool: OpaquePointer,
        _ reason: inout UnsafePointer<CChar>?
    ) -> OpaquePointer? {
        call.method.withCString { method in
            call.url.withCString { url in
                withOptionalCString(call.credentials?.user) { user in
                    withOptionalCString(call.credentials?.password) { password in
                        withOptionalCString(settings.certificates) { certificates in
                            (call.body ?? []).withUnsafeBytes { body in
                                request.method = method
                                request.url = url
                                request.user = user
                                request.password = password
                                request.certificates = certificates
                                // An empty body has no address, and is one all the same.
                                request.body = call.body == nil ? nil : body.baseAddress
                                request.body_size = body.count
                                return ccurl_start(pool, &request, &reason)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func bytes(
        _ start: UnsafePointer<CChar>?, _ count: Int
    ) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self), count: count)
    }
}
