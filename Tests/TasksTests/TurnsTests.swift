import Testing

@testable import Tasks

/// Quick functions take turns at the processors.
@Suite struct TurnsTests {
    private final class Player: Turns.Player {
        var waitingCount: Int
        private(set) var turns = 0
        private let order: Turns

        init(_ waiting: Int, _ turns: Turns) {
            waitingCount = waiting
            order = turns
        }

        func takeTurn() {
            turns += 1
            order.note(isRunning: true)
        }
    }

    @Test func workGathersWhileAllProcessorsAreTaken() {
        let turns = Turns(processors: 2)
        let player = Player(1, turns)
        #expect(!turns.shouldWait(player))
        turns.note(isRunning: true)
        #expect(!turns.shouldWait(player))
        turns.note(isRunning: true)
        #expect(turns.shouldWait(player))
    }

    @Test func whoeverHasMostToDoIsNext() {
        let turns = Turns(processors: 1)
        turns.note(isRunning: true)
        let (few, many) = (Player(3, turns), Player(9, turns))
        turns.wait(few)
        turns.wait(many)
        turns.passOn()
        #expect((few.turns, many.turns) == (0, 0))
        turns.note(isRunning: false)
        #expect(turns.shouldWait(Player(4, turns)))
        turns.passOn()
        #expect((few.turns, many.turns) == (0, 1))
        turns.note(isRunning: false)
        turns.passOn()
        #expect((few.turns, many.turns) == (1, 1))
    }

    @Test func whoIsForgottenGetsNoTurn() {
        let turns = Turns(processors: 1)
        let player = Player(1, turns)
        turns.wait(player)
        turns.wait(player)
        turns.forget(player)
        turns.passOn()
        #expect(player.turns == 0)
    }
}
