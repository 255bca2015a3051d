import JSON

/// What services answer, as far as a mocked result is checked: `service:operation` to the shape.
///
/// A shape is `any`, `string`, `number` or `boolean`, with the least and greatest length or value
/// where there is one (`-` for none); an object of members, `!` behind the required ones and `*`
/// for the values of a map; an array with the shape of its elements; or `@Name` of another entry.
/// The limits are those of the time when TestState was recorded.
enum ServiceShapes {
    static let table: Value = {
        do {
            return try Value.parse(text)
        } catch {
            preconditionFailure("the table of service shapes is no JSON: \(error)")
        }
    }()

    private static let text = #"""
        {
        "FunctionConfiguration": {"FunctionName": "string 1 256", "FunctionArn":
          "string 0 10000", "Runtime": "string", "Role": "string 0 10000", "Handler":
          "string 0 128", "CodeSize": "number", "Description": "string 0 256", "Timeout":
          "number 1 900", "MemorySize": "number 128 10240", "LastModified": "string 0 100",
          "CodeSha256": "string", "Version": "string 1 1024", "VpcConfig": {"SubnetIds":
          ["string 0 1024"], "SecurityGroupIds": ["string 0 1024"], "VpcId": "string",
          "Ipv6AllowedForDualStack": "boolean"}, "DeadLetterConfig": {"TargetArn":
          "string 0 10000"}, "Environment": {"Variables": {"*": "string"}, "Error": {"ErrorCode":
          "string", "Message": "string"}}, "KMSKeyArn": "string 0 10000", "TracingConfig":
          {"Mode": "string"}, "MasterArn": "string 0 10000", "RevisionId": "string", "Layers":
          [{"Arn": "string 1 2048", "CodeSize": "number", "SigningProfileVersionArn":
          "string 0 10000", "SigningJobArn": "string 0 10000"}], "State": "string", "StateReason":
          "string", "StateReasonCode": "string", "LastUpdateStatus": "string",
          "LastUpdateStatusReason": "string", "LastUpdateStatusReasonCode": "string",
          "FileSystemConfigs": [{"Arn!": "string 0 256", "LocalMountPath!": "string 0 160",
          "S3FilesConfig": {"DirectS3Read": "string"}}], "SigningProfileVersionArn":
          "string 0 10000", "SigningJobArn": "string 0 10000", "PackageType": "string",
          "ImageConfigResponse": {"ImageConfig": {"EntryPoint": ["string"], "Command": ["string"],
          "WorkingDirectory": "string 0 1000"}, "Error": {"ErrorCode": "string", "Message":
          "string"}}, "Architectures": ["string"], "EphemeralStorage": {"Size!":
          "number 512 32768"}, "SnapStart": {"ApplyOn": "string", "OptimizationStatus": "string"},
          "RuntimeVersionConfig": {"RuntimeVersionArn": "string 26 2048", "Error": {"ErrorCode":
          "string", "Message": "string"}}, "LoggingConfig": {"LogFormat": "string",
          "ApplicationLogLevel": "string", "SystemLogLevel": "string", "LogGroup":
          "string 1 512"}, "RuntimeConfig": {"RuntimeArn!": "string 48 2048", "RuntimeAlias!":
          "string 1 128"}, "AcceleratorConfig": {"AcceleratorMemorySize!": "number"}},
        "ConsumedCapacity": {"TableName": "string 1 1024", "CapacityUnits": "number",
          "ReadCapacityUnits": "number", "WriteCapacityUnits": "number", "Table": "@Capacity",
          "LocalSecondaryIndexes": {"*": "@Capacity"}, "GlobalSecondaryIndexes": {"*":
          "@Capacity"}, "VectorIndexes": {"*": {"VectorSearchRequestBytes": "number",
          "VectorWriteRequestBytes": "number"}}},
        "ItemCollectionMetrics": {"ItemCollectionKey": {"*": {}}, "SizeEstimateRangeGB":
          ["number"]},
        "Capacity": {"ReadCapacityUnits": "number", "WriteCapacityUnits": "number",
          "CapacityUnits": "number"},
        "lambda:invoke": {"StatusCode": "number", "FunctionError": "string", "LogResult":
          "string", "Payload": "any", "ExecutedVersion": "string 1 1024"},
        "lambda:getFunction": {"Configuration": "@FunctionConfiguration", "Code":
          {"RepositoryType": "string", "Location": "string 0 10000", "ImageUri": "string",
          "ResolvedImageUri": "string", "ResolvedS3Object": {"S3Bucket": "string 3 63", "S3Key":
          "string 1 1024", "S3ObjectVersion": "string 1 1024"}, "SourceKMSKeyArn":
          "string 0 10000", "Error": {"ErrorCode": "string", "Message": "string"}}, "Tags": {"*":
          "string 0 256"}, "TagsError": {"ErrorCode!": "string 10 21", "Message!":
          "string 84 1000"}, "Concurrency": {"ReservedConcurrentExecutions": "number 0 -"}},
        "lambda:getFunctionConfiguration": "@FunctionConfiguration",
        "states:startExecution": {"ExecutionArn!": "string 1 256", "StartDate!": "string"},
        "states:describeExecution": {"ExecutionArn!": "string 1 256", "StateMachineArn!":
          "string 1 256", "Name": "string 1 80", "Status!": "string", "StartDate!": "string",
          "StopDate": "string", "Input": "string - 262144", "InputDetails": {"Included":
          "boolean"}, "Output": "string - 262144", "OutputDetails": {"Included": "boolean"},
          "TraceHeader": "string 0 256", "MapRunArn": "string 1 2000", "Error": "string 0 256",
          "Cause": "string 0 32768", "StateMachineVersionArn": "string 1 256",
          "StateMachineAliasArn": "string 1 256", "RedriveCount": "number", "RedriveDate":
          "string", "RedriveStatus": "string", "RedriveStatusReason": "string - 262144"},
        "states:startSyncExecution": {"ExecutionArn!": "string 1 256", "StateMachineArn":
          "string 1 256", "Name": "string 1 80", "StartDate!": "string", "StopDate!": "string",
          "Status!": "string", "Error": "string 0 256", "Cause": "string 0 32768", "Input":
          "string - 262144", "InputDetails": {"Included": "boolean"}, "Output": "string - 262144",
          "OutputDetails": {"Included": "boolean"}, "TraceHeader": "string 0 256",
          "BillingDetails": {"BilledMemoryUsedInMB": "number 0 -", "BilledDurationInMilliseconds":
          "number 0 -"}},
        "dynamodb:getItem": {"Item": {"*": {}}, "ConsumedCapacity": "@ConsumedCapacity"},
        "dynamodb:putItem": {"Attributes": {"*": {}}, "ConsumedCapacity": "@ConsumedCapacity",
          "ItemCollectionMetrics": "@ItemCollectionMetrics"},
        "dynamodb:updateItem": {"Attributes": {"*": {}}, "ConsumedCapacity":
          "@ConsumedCapacity", "ItemCollectionMetrics": "@ItemCollectionMetrics"},
        "dynamodb:deleteItem": {"Attributes": {"*": {}}, "ConsumedCapacity":
          "@ConsumedCapacity", "ItemCollectionMetrics": "@ItemCollectionMetrics"},
        "dynamodb:query": {"Items": [{"*": {}}], "Count": "number", "ScannedCount": "number",
          "LastEvaluatedKey": {"*": {}}, "ConsumedCapacity": "@ConsumedCapacity"},
        "dynamodb:scan": {"Items": [{"*": {}}], "Count": "number", "ScannedCount": "number",
          "LastEvaluatedKey": {"*": {}}, "ConsumedCapacity": "@ConsumedCapacity"},
        "events:putEvents": {"FailedEntryCount": "number", "Entries": [{"EventId":
          "string - 64", "ErrorCode": "string", "ErrorMessage": "string"}]},
        "sqs:sendMessage": {"MD5OfMessageBody": "string", "MD5OfMessageAttributes": "string",
          "MD5OfMessageSystemAttributes": "string", "MessageId": "string", "SequenceNumber":
          "string"},
        "sqs:receiveMessage": {"Messages": [{"MessageId": "string", "ReceiptHandle": "string",
          "MD5OfBody": "string", "Body": "string", "Attributes": {"*": "string"},
          "MD5OfMessageAttributes": "string", "MessageAttributes": {"*": {"StringValue": "string",
          "BinaryValue": "string", "StringListValues": ["string"], "BinaryListValues": ["string"],
          "DataType!": "string"}}}]},
        "sns:publish": {"MessageId": "string", "SequenceNumber": "string"},
        "s3:getObject": {"Body": "string", "DeleteMarker": "boolean", "AcceptRanges": "string",
          "Expiration": "string", "Restore": "string", "LastModified": "string", "ContentLength":
          "number", "ETag": "string", "MissingMeta": "number", "VersionId": "string",
          "CacheControl": "string", "ContentDisposition": "string", "ContentEncoding": "string",
          "ContentLanguage": "string", "ContentRange": "string", "ContentType": "string",
          "Expires": "string", "WebsiteRedirectLocation": "string", "ServerSideEncryption":
          "string", "Metadata": {"*": "string"}, "SSECustomerAlgorithm": "string",
          "SSECustomerKeyMD5": "string", "SSEKMSKeyId": "string", "BucketKeyEnabled": "boolean",
          "StorageClass": "string", "RequestCharged": "string", "ReplicationStatus": "string",
          "PartsCount": "number", "TagCount": "number", "ObjectLockMode": "string",
          "ObjectLockRetainUntilDate": "string", "ObjectLockLegalHoldStatus": "string",
          "ObjectLockEventHold": "string", "ObjectLockEventHoldDurationDays": "number",
          "ObjectLockEventHoldDurationYears": "number"},
        "s3:putObject": {"Expiration": "string", "ETag": "string", "ServerSideEncryption":
          "string", "VersionId": "string", "SSECustomerAlgorithm": "string", "SSECustomerKeyMD5":
          "string", "SSEKMSKeyId": "string", "SSEKMSEncryptionContext": "string",
          "BucketKeyEnabled": "boolean", "Size": "number", "RequestCharged": "string"},
        "s3:headObject": {"DeleteMarker": "boolean", "AcceptRanges": "string", "Expiration":
          "string", "Restore": "string", "ArchiveStatus": "string", "LastModified": "string",
          "ContentLength": "number", "ETag": "string", "MissingMeta": "number", "VersionId":
          "string", "CacheControl": "string", "ContentDisposition": "string", "ContentEncoding":
          "string", "ContentLanguage": "string", "ContentType": "string", "ContentRange":
          "string", "Expires": "string", "WebsiteRedirectLocation": "string",
          "ServerSideEncryption": "string", "Metadata": {"*": "string"}, "SSECustomerAlgorithm":
          "string", "SSECustomerKeyMD5": "string", "SSEKMSKeyId": "string", "BucketKeyEnabled":
          "boolean", "StorageClass": "string", "RequestCharged": "string", "ReplicationStatus":
          "string", "PartsCount": "number", "TagCount": "number", "ObjectLockMode": "string",
          "ObjectLockRetainUntilDate": "string", "ObjectLockLegalHoldStatus": "string",
          "ObjectLockEventHold": "string", "ObjectLockEventHoldDurationDays": "number",
          "ObjectLockEventHoldDurationYears": "number"},
        "s3:deleteObject": {"DeleteMarker": "boolean", "VersionId": "string", "RequestCharged":
          "string"},
        "s3:copyObject": {"CopyObjectResult": {"ETag": "string", "LastModified": "string"},
          "Expiration": "string", "CopySourceVersionId": "string", "VersionId": "string",
          "ServerSideEncryption": "string", "SSECustomerAlgorithm": "string", "SSECustomerKeyMD5":
          "string", "SSEKMSKeyId": "string", "SSEKMSEncryptionContext": "string",
          "BucketKeyEnabled": "boolean", "RequestCharged": "string"},
        "s3:listObjectsV2": {"IsTruncated": "boolean", "Contents": [{"Key": "string 1 -",
          "LastModified": "string", "ETag": "string", "Size": "number", "StorageClass": "string",
          "Owner": {"DisplayName": "string", "ID": "string"}, "RestoreStatus":
          {"IsRestoreInProgress": "boolean", "RestoreExpiryDate": "string"}}], "Name": "string",
          "Prefix": "string", "Delimiter": "string", "MaxKeys": "number", "CommonPrefixes":
          [{"Prefix": "string"}], "EncodingType": "string", "KeyCount": "number",
          "ContinuationToken": "string", "NextContinuationToken": "string", "StartAfter":
          "string", "RequestCharged": "string"},
        "kms:encrypt": {"CiphertextBlob": "string 1 6144", "KeyId": "string 1 2048",
          "EncryptionAlgorithm": "string"},
        "kms:decrypt": {"KeyId": "string 1 2048", "Plaintext": "string 1 4096",
          "EncryptionAlgorithm": "string", "CiphertextForRecipient": "string 1 6144",
          "KeyMaterialId": "string 64 64"},
        "kms:generateDataKey": {"CiphertextBlob": "string 1 6144", "Plaintext": "string 1 4096",
          "KeyId": "string 1 2048", "CiphertextForRecipient": "string 1 6144", "KeyMaterialId":
          "string 64 64"},
        "batch:submitJob": {"JobArn": "string", "JobName!": "string", "JobId!": "string"},
        "glue:startJobRun": {"JobRunId": "string 1 255"},
        "athena:startQueryExecution": {"QueryExecutionId": "string 1 128"},
        "ssm:getParameter": {"Parameter": {"Name": "string 1 2048", "Type": "string", "Value":
          "string", "Version": "number", "Selector": "string 0 128", "SourceResult": "string",
          "LastModifiedDate": "string", "ARN": "string", "DataType": "string 0 128"}},
        "secretsmanager:getSecretValue": {"ARN": "string 20 2048", "Name": "string 1 256",
          "VersionId": "string 32 64", "SecretBinary": "string 1 65536", "SecretString":
          "string 1 65536", "VersionStages": ["string 1 256"], "CreatedDate": "string"}
        }
        """#
}
