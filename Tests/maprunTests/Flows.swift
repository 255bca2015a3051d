/// Definitions that tests run.
enum Flows {
    static let pass = """
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}
        """

    static let fail = """
        {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Odd", "Cause": "because"}}}
        """

    /// A distributed Map over a file of bucket `data` in states alone; children without a date of
    /// birth that looks like one fail.
    static func batch(key: String, type: String = "CSV", tolerance: Int = 100) -> String {
        """
        {"StartAt": "Rows", "States": {"Rows": {
          "Type": "Map", "Label": "Rows", "ToleratedFailurePercentage": \(tolerance), "End": true,
          "ResultPath": null,
          "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "\(type)", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket": "data", "Key": "\(key)"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Check", "States": {
              "Check": {"Type": "Choice", "Default": "Bad", "Choices": [
                {"Variable": "$.dateOfBirth", "StringMatches": "202*-*-*", "Next": "Good"}]},
              "Good": {"Type": "Pass", "End": true, "Parameters": {
                "name.$": "States.Format('{} {}', $.childFirstName, $.childLastName)"}},
              "Bad": {"Type": "Fail", "Error": "DateInvalid", "CausePath": "$.dateOfBirth"}}}}}}
        """
    }

    /// A distributed Map whose items each call function `work`.
    static func calls(
        key: String, concurrency: Int = 4, type: String = "STANDARD"
    ) -> String {
        """
        {"StartAt": "Rows", "States": {"Rows": {
          "Type": "Map", "Label": "Rows", "MaxConcurrency": \(concurrency), "End": true,
          "ResultPath": null,
          "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "data", "Key": "\(key)"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "\(type)"},
            "StartAt": "Work", "States": {"Work": {
              "Type": "Task", "End": true,
              "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}}}}}}
        """
    }
}
