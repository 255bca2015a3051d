@main
enum Maprun {
    static func main() {}
}
