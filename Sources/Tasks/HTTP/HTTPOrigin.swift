/// The server that a URL names: scheme, host and port.
struct HTTPOrigin: Hashable, Sendable {
    /// The three as a URL has them, with small letters and always with the port.
    let text: String

    /// The origin of a URL that begins with http:// or https://; nil for anything else.
    init?(_ url: String) {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty else { return nil }
        let scheme = parts[0].lowercased()
        guard scheme == "http:" || scheme == "https:" else { return nil }
        var authority = parts[2].prefix { $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") { authority = authority[at...].dropFirst() }
        guard !authority.isEmpty, !authority.contains(where: \.isWhitespace) else { return nil }
        let host = authority.lowercased()
        let afterAddress = host.lastIndex(of: "]").map { host[$0...] } ?? host[...]
        let port = afterAddress.contains(":") ? "" : scheme == "https:" ? ":443" : ":80"
        text = "\(scheme)//\(host)\(port)"
    }
}
