import JSON

/// The state of one evaluation, passed `inout` so that the hot path has no dynamic checks.
struct Machine {
    /// The variables in scope; whoever sets it keeps the frame meanwhile.
    var frame: Unmanaged<Frame>
    var bindings: Binding?
    /// The call in tail position that the function just evaluated ends with.
    var pendingCall: PendingCall?
    let root: Item
    let variables: UnsafeBufferPointer<Value?>
    private let outside: UnsafePointer<Environment>
    /// How many evaluations the current function's body is inside of.
    var depth = 0
    private let maximumDepth: Int
    private var stackLimit: UInt
    private var steps = Self.stepsBetweenChecks
    private var deadline: UInt64 = .max
    private var memory: Int
    private var notedFrames: [Frame] = []

    private static let stepsBetweenChecks = 1000
    static let maximumNesting: UInt16 = 256

    init(
        frame: Unmanaged<Frame>, root: Item, variables: UnsafeBufferPointer<Value?>,
        environment: UnsafePointer<Environment>
    ) {
        self.frame = frame
        self.root = root
        self.variables = variables
        outside = environment
        maximumDepth = environment.pointee.limits.depth
        memory = environment.pointee.limits.memory
        stackLimit = NativeStack.limit
    }

    var environment: Environment { outside.pointee }

    /// The time that the whole evaluation sees, in milliseconds since 1970.
    lazy var now = Int(environment.now ?? WallClock.milliseconds)

    /// Where the value of a variable lies that the caller has supplied.
    @inline(__always)
    func supplied(_ index: Int) -> UnsafePointer<Value>? {
        guard index < variables.count, let base = variables.baseAddress,
            base[index] != nil
        else { return nil }
        // An optional that is there has the bytes of its value.
        return UnsafeRawPointer(base + index).assumingMemoryBound(to: Value.self)
    }

    /// Counts one step of work; now and then looks at the clock.
    @inline(__always)
    mutating func step() throws {
        steps &-= 1
        if steps < 0 { try checkTime() }
    }

    /// Counts several steps at once.
    mutating func step(_ count: Int) throws {
        steps &-= count
        if steps < 0 { try checkTime() }
    }

    private mutating func checkTime() throws {
        steps = Self.stepsBetweenChecks
        let now = MonotonicClock.nanoseconds
        if deadline == .max {
            deadline = now &+ UInt64(max(environment.limits.milliseconds, 0)) &* 1_000_000
        }
        if now > deadline { throw JSONataError.tooSlow }
    }

    /// Takes the memory of something that is about to be built from what is left.
    @inline(__always)
    mutating func charge(bytes: Int) throws {
        if bytes > outside.pointee.limits.text { throw JSONataError.tooLarge }
        memory &-= bytes
        if memory < 0 { throw JSONataError.tooLarge }
    }

    @inline(__always)
    mutating func charge(elements: Int) throws {
        memory &-= elements &* 24
        if memory < 0 { throw JSONataError.tooLarge }
    }

    /// The variables in scope, to be kept.
    var keptFrame: Frame { frame.takeUnretainedValue() }

    /// Runs `body` with the variables of another frame in scope.
    @inline(__always)
    mutating func with<R>(
        _ frame: Frame, _ body: (inout Machine) throws -> R
    ) rethrows -> R {
        let outer = self.frame
        self.frame = .passUnretained(frame)
        defer {
            self.frame = outer
            withExtendedLifetime(frame) {}
        }
        return try body(&self)
    }

    /// Notes that a frame holds a function that may hold the frame: such a circle is broken when
    /// the frame's scope is left, at the latest at the end of the evaluation.
    mutating func note(_ frame: Frame) throws {
        guard !frame.isNoted else { return }
        try charge(bytes: 256)
        frame.isNoted = true
        notedFrames.append(frame)
    }

    /// Leaves a frame's scope with a result: unless a function gets out, nobody needs it again.
    @inline(__always)
    mutating func leave(_ frame: Frame, with result: Item) {
        if frame.isNoted && pendingCall == nil && !result.mayCapture { forget(frame) }
    }

    private mutating func forget(_ frame: Frame) {
        frame.clear()
        frame.isNoted = false
        if notedFrames.last === frame { notedFrames.removeLast() }
    }

    /// Breaks the circles that are left.
    mutating func forgetFrames() {
        if notedFrames.isEmpty { return }
        for frame in notedFrames { frame.clear() }
        notedFrames = []
    }

    /// Checks what a constructor has built from other constructed values.
    @inline(__always)
    func nested(_ item: Item) throws -> Item {
        if item.depth & (Item.captureMark - 1) > Self.maximumNesting {
            throw JSONataError.tooDeep
        }
        return item
    }

    /// Runs the body of a function `levels` evaluations deeper, on a larger stack if need be.
    @inline(__always)
    mutating func descend(
        _ levels: Int, _ body: (inout Machine) throws -> Item
    ) throws -> Item {
        depth &+= levels
        defer { depth &-= levels }
        if depth >= maximumDepth { throw JSONataError.tooDeep }
        try step()
        if NativeStack.address < stackLimit { return try continueOnLargeStack(body) }
        return try body(&self)
    }

    /// Runs `body`, which stands so many evaluations inside its function's, where there is stack
    /// enough.
    @inline(__always)
    mutating func withStack(
        at level: Int, _ body: (inout Machine) throws -> Item
    ) throws -> Item {
        if depth &+ level >= maximumDepth { throw JSONataError.tooDeep }
        if NativeStack.address < stackLimit { return try continueOnLargeStack(body) }
        return try body(&self)
    }

    private mutating func continueOnLargeStack(
        _ body: (inout Machine) throws -> Item
    ) throws -> Item {
        let limit = stackLimit
        defer { stackLimit = limit }
        return try withUnsafeMutablePointer(to: &self) { machine in
            try NativeStack.onLargeStack {
                machine.pointee.stackLimit = NativeStack.limit
                return try body(&machine.pointee)
            }
        }
    }
}

/// A function to be called next, with its variables in place.
struct PendingCall {
    var closure: Closure
    var frame: Frame
}
