/// Definitions that together use every field of the language.
enum SampleDefinitions {
    static let jsonPath = #"""
        {"Comment":"every field of JSONPath states","StartAt":"Pass","Version":"1.0",
        "TimeoutSeconds":3600,"QueryLanguage":"JSONPath","States":{
        "Pass":{"Type":"Pass","Comment":"a","InputPath":"$.a","OutputPath":"$","Result":{"x.$":"$"},
            "Parameters":{"p.$":"States.Format('{}', $.b)"},"ResultPath":"$.r[0]['s']",
            "Assign":{"v":1,"w.$":"$.x"},"Next":"Task"},
        "Task":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
            "InputPath":"$$.Execution.Input","OutputPath":null,"Parameters":{"T.$":"$$.Task.Token"},
            "ResultSelector":{"a.$":"$.Payload"},"ResultPath":null,"TimeoutSecondsPath":"$.t",
            "HeartbeatSeconds":5,"Credentials":{"RoleArn.$":"$.role"},"Assign":{"u.$":"$v"},
            "Retry":[{"ErrorEquals":["A","B"],"IntervalSeconds":1,"MaxAttempts":0,"BackoffRate":1.5,
                "MaxDelaySeconds":10,"JitterStrategy":"FULL","Comment":"c"},
                {"ErrorEquals":["States.ALL"]}],
            "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Choice","ResultPath":"$.e",
                "Assign":{"err.$":"$.Error"}}],"Next":"Choice"},
        "Choice":{"Type":"Choice","Choices":[
            {"And":[{"Variable":"$.a","StringMatches":"a*\\*"},{"Not":{"Variable":"$u","IsNull":true}},
                {"Or":[{"Variable":"$err","NumericLessThanEqualsPath":"$$.State.RetryCount"},
                    {"Variable":"$.t","TimestampGreaterThan":"2030-01-01T00:00:00Z"}]}],
                "Next":"Wait","Assign":{"c":true}},
            {"Variable":"$.a[0].b","IsPresent":true,"Next":"Fail","Comment":"d"}],
            "Default":"Parallel","Assign":{"d.$":"$.a"}},
        "Wait":{"Type":"Wait","TimestampPath":"$.t","Next":"Parallel"},
        "Parallel":{"Type":"Parallel","Parameters":[1,{"a.$":"$"}],"ResultSelector":{"b.$":"$[*]"},
            "Branches":[{"StartAt":"B1","Comment":"e","States":{"B1":{"Type":"Wait","Seconds":1,
                "Assign":{"inner.$":"$w"},"End":true}}},
                {"StartAt":"B2","States":{"B2":{"Type":"Succeed","InputPath":"$.x"}}}],
            "Next":"Map"},
        "Map":{"Type":"Map","ItemsPath":"$$.Execution.Input.items","MaxConcurrencyPath":"$c",
            "ItemSelector":{"i.$":"$$.Map.Item.Value","k.$":"$d"},"ItemProcessor":{
                "ProcessorConfig":{"Mode":"INLINE"},"StartAt":"M1","States":{
                "M1":{"Type":"Pass","End":true}}},"Next":"Distributed"},
        "Distributed":{"Type":"Map","Label":"label","ItemReader":{
                "Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV",
                "CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"TAB",
                "MaxItemsPath":"$.max"},"Parameters":{"Bucket":"b","Key.$":"$.key"}},
            "ItemBatcher":{"MaxItemsPerBatch":10,"MaxInputBytesPerBatchPath":"$.bytes",
                "BatchInput":{"x.$":"$"}},
            "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject",
                "Parameters":{"Bucket":"b","Prefix":"p"},
                "WriterConfig":{"OutputType":"JSONL","Transformation":"FLATTEN"}},
            "MaxConcurrency":100,"ToleratedFailurePercentage":2.5,
            "ToleratedFailureCountPath":"$.count","ItemProcessor":{
                "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"D1",
                "States":{"D1":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f",
                "End":true}}},"End":true},
        "Fail":{"Type":"Fail","ErrorPath":"$.e","CausePath":"States.Format('{}', $.c)"}}}
        """#

    static let jsonata = #"""
        {"StartAt":"Pass","QueryLanguage":"JSONata","States":{
        "Pass":{"Type":"Pass","Output":{"a":["{% $states.input.x %}",1]},
            "Assign":{"v":"{% $states.context.Execution.Name %}"},"Next":"Task"},
        "Task":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage",
            "Arguments":"{% {'a': $v} %}","TimeoutSeconds":"{% 5 + 5 %}","HeartbeatSeconds":5,
            "Credentials":{"RoleArn":"{% $states.input.role %}"},
            "Output":"{% $states.result %}","Assign":{"r":"{% $states.result.x %}"},
            "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Choice",
                "Output":"{% $states.errorOutput %}","Assign":{"e":"{% $states.errorOutput %}"}}],
            "Next":"Choice"},
        "Choice":{"Type":"Choice","Choices":[{"Condition":"{% $r = 1 %}","Next":"Wait",
            "Output":{"x":1},"Assign":{"c":"{% $e %}"}},{"Condition":true,"Next":"Fail"}],
            "Default":"Map","Output":"{% $states.input %}"},
        "Wait":{"Type":"Wait","Timestamp":"{% $now() %}","Next":"Map"},
        "Map":{"Type":"Map","Items":"{% [1..3] %}","MaxConcurrency":"{% 2 %}",
            "ItemSelector":{"i":"{% $states.context.Map.Item.Value %}","c":"{% $c %}"},
            "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
                "StartAt":"M","States":{"M":{"Type":"Succeed","Output":1}}},
            "ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2",
                "Arguments":{"Bucket":"{% 'b' %}"},"ReaderConfig":{"MaxItems":"{% 7 %}"}},
            "ItemBatcher":{"MaxItemsPerBatch":"{% 5 %}","BatchInput":"{% $v %}"},
            "ToleratedFailureCount":"{% 1 %}","ToleratedFailurePercentage":5,"Next":"Parallel"},
        "Parallel":{"Type":"Parallel","Arguments":{"a":1},
            "Branches":[{"StartAt":"P","States":{"P":{"Type":"Wait","Seconds":"{% 1 %}",
                "End":true}}}],"End":true},
        "Fail":{"Type":"Fail","Error":"{% 'E' %}","Cause":"plain"}}}
        """#
}
