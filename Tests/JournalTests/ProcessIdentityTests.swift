import Glibc
import Testing

@testable import Journal

@Suite struct ProcessIdentityTests {
    @Test func aProcessWhoseEndNobodyHasAskedForIsDead() throws {
        var pid = pid_t()
        let name = strdup("sleep")
        let seconds = strdup("1000")
        defer { for text in [name, seconds] { free(text) } }
        var arguments = [name, seconds, nil]
        try #require(posix_spawnp(&pid, "sleep", nil, nil, &arguments, environ) == 0)
        let own = ProcessIdentity.current()
        var child = own
        (child.pid, child.start) = (Int(pid), try #require(ProcessIdentity.start(of: Int(pid))))
        #expect(own.liveness(of: child) == .alive)
        kill(pid, SIGKILL)
        // Until it has ended, but not so that it is gone.
        var information = siginfo_t()
        try #require(waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == 0)
        #expect(own.liveness(of: child) == .dead)
        waitpid(pid, nil, 0)
    }
}
