/// Lets functions that answer quickly take turns at the processors, each for a good while: were
/// instances of all of them at work at once, each would find its memory gone from the caches
/// whenever it gets a processor, and answer for a third longer.
///
/// Belongs to the event loop's thread.
final class Turns {
    /// What waits for its turn.
    protocol Player: AnyObject {
        /// How many invocations wait.
        var waitingCount: Int { get }
        /// The turn has come.
        func takeTurn()
    }

    /// How long work may gather at most.
    static let longestWait = 0.003

    private let processors: Int
    private var running = 0
    private var players: [any Player] = []

    init(processors: Int) { self.processors = processors }

    /// Whether work that has just come should gather until others have had their turn.
    func shouldWait(_ player: any Player) -> Bool {
        running >= processors || players.contains { $0.waitingCount > player.waitingCount }
    }

    /// Notes who waits.
    func wait(_ player: any Player) {
        if !players.contains(where: { $0 === player }) { players.append(player) }
    }

    /// It waits no more.
    func forget(_ player: any Player) { players.removeAll { $0 === player } }

    /// An instance of a quick function has got work, or has no more.
    func note(isRunning: Bool) { running += isRunning ? 1 : -1 }

    /// Gives the turn to those who have most to do, while a processor is free.
    func passOn() {
        while running < processors,
            let next = players.max(by: { $0.waitingCount < $1.waitingCount })
        {
            forget(next)
            next.takeTurn()
        }
    }
}
