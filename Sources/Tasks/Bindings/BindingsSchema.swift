/// The JSON Schema of `maprun.yaml`, for editors.
public enum BindingsSchema {
    /// The schema's text.
    public static var text: String {
        String(decoding: PackageResources.maprun_schema_json, as: UTF8.self)
    }
}
