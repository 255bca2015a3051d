import Testing

@testable import Tasks

/// Which variables a function finds.
@Suite struct FunctionEnvironmentTests {
    private func made(
        _ inherited: [String: String], own: [String: String] = [:]
    ) -> [String: String] {
        var binding = FunctionBinding(
            name: "f", work: .command(["cat"]), directory: "/d", concurrency: 1)
        binding.environment = own
        let arn = FunctionReference("arn:aws:lambda:eu-north-1:123456789012:function:f")
        return arn.map {
            FunctionEnvironment.make(
                for: binding, arn: $0, handler: "app.f", inherited: inherited)
        } ?? [:]
    }

    @Test func theUsersCredentialsAreHandedOnAndNeverInvented() {
        let credentials = [
            "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
            "AWS_PROFILE": "p",
        ]
        #expect(made(credentials).filter { credentials[$0.key] != nil } == credentials)
        // Any others would hide those in the user's ~/.aws.
        #expect(made([:]).filter { credentials[$0.key] != nil } == [:])
        #expect(made(credentials, own: ["AWS_PROFILE": "other"])["AWS_PROFILE"] == "other")
    }

    @Test(arguments: [
        ([:], "eu-north-1"),
        (["AWS_REGION": "eu-west-1"], "eu-west-1"),
        (["AWS_DEFAULT_REGION": "eu-west-2"], "eu-west-2"),
    ])
    func bothRegionsAreTheSame(_ inherited: [String: String], _ region: String) {
        let variables = made(inherited)
        #expect(variables["AWS_REGION"] == region)
        #expect(variables["AWS_DEFAULT_REGION"] == region)
    }

    @Test func twoRegionsOfTheUsersAreLeftAlone() {
        let two = ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"]
        #expect(made(two).filter { two[$0.key] != nil } == two)
    }
}
